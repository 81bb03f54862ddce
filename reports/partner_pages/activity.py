"""What a partner did in each of the last quarters beside what came of the deals that closed in it."""

from collections.abc import Sequence

from reports import charts, figures
from reports.content import Chart, Column, Section, Table
from reports.figures import Figure, counted
from reports.marts import Row
from reports.partner_pages.material import Material
from reports.period import Period
from reports.sections.partners import win_rate

TABLE = "activity-table"
LATER = "not yet ended"
FEWEST_DRAWN = 2


def activity(material: Material, partner_id: str) -> Section:
    """Every quarter since the first of the last ones in which anything happened."""
    title, scope = "Activity and outcome", material.scope
    shown = _shown(material, partner_id)
    if not shown:
        quarters = len(material.periods.get("quarter", []))
        lead = f"Nothing in the last {counted(quarters, 'quarter')}." if quarters else "No deal has closed yet."
        return Section("activity", title, "Activity", lead=[lead])
    columns = [
        Column("quarter", "Quarter", "text"),
        Column("activities", "Activities", help="Activities, registrations and referrals, by their own day."),
        Column("touchpoints", "Touchpoints", help="Touchpoints that count, on won deals closed in the quarter."),
        Column("decided", "Decided deals", help="Deals won or lost in the quarter that it touched."),
        Column("won", "Won deals", help="Those of them that were won."),
        Column("rate", "Win rate", help="Won / decided deals closed in the quarter that it touched; 95% interval."),
        Column("deals", "Deals with credit", help="Won deals closed in the quarter on which it has credit."),
        Column("credit", f"Credit ({scope.currency})", help="Credit on deals closed in the quarter."),
    ]
    rows = [_quarter(material, partner_id, quarter) for quarter in reversed(shown)]
    note = "Activities count in the quarter in which they happened, deals in that of their close, often a later one."
    return Section(
        "activity",
        title,
        "Activity",
        charts=_charts(material, partner_id, shown),
        tables=[Table(TABLE, "By quarter, the newest first", columns, rows, note=note)],
    )


def credit_chart(material: Material, partner_id: str) -> list[Chart]:
    """Credit by quarter under the page's model, where there are quarters to set side by side."""
    shown = _shown(material, partner_id)
    rows = [material.influence_of(partner_id, quarter) for quarter in shown]
    values = [(_label(quarter), _number(row, "credit_amount")) for quarter, row in zip(shown, rows, strict=True)]
    return _drawn(charts.columns(values, "Credit by quarter", material.scope.currency, TABLE))


def _charts(material: Material, partner_id: str, shown: Sequence[Period]) -> list[Chart]:
    rows = [(_label(quarter), material.influence_of(partner_id, quarter)) for quarter in shown]
    done = [(label, _number(row, "activity_count")) for label, row in rows]
    decided = [(label, _number(row, "decided_count"), _number(row, "won_count")) for label, row in rows]
    return [
        *_drawn(charts.columns(done, "Activities by quarter", "count", TABLE)),
        *_drawn(charts.parts(decided, ("Decided deals", "Won"), TABLE)),
    ]


def _drawn(chart: Chart) -> list[Chart]:
    """``chart``, where it has more to say than a figure does."""
    is_empty = not any(value for one in chart.series for value in one.values)
    return [] if is_empty or len(chart.labels) < FEWEST_DRAWN else [chart]


def _shown(material: Material, partner_id: str) -> list[Period]:
    """The quarters of the page since the first in which the partner has a row, oldest first."""
    quarters = material.periods.get("quarter", [])
    first = next((place for place, one in enumerate(quarters) if material.influence_of(partner_id, one)), len(quarters))
    return list(quarters[first:])


def _label(quarter: Period) -> str:
    return quarter.label if quarter.is_complete else f"{quarter.label}, so far"


def _number(row: Row | None, column: str) -> float:
    return float(row[column] or 0) if row else 0.0


def _quarter(material: Material, partner_id: str, quarter: Period) -> dict[str, Figure]:
    row = material.influence_of(partner_id, quarter)
    held = row or {}
    return {
        "quarter": Figure(quarter.label, str(quarter.start), note="" if quarter.is_complete else LATER),
        "activities": figures.count(held.get("activity_count", 0)),
        "touchpoints": figures.count(held.get("touchpoint_count", 0)),
        "decided": figures.count(held.get("decided_count", 0)),
        "won": figures.count(held.get("won_count", 0)),
        "rate": win_rate(row) if row else figures.words("no decided deal"),
        "deals": figures.count(held.get("deal_count", 0)),
        "credit": credit_of(material, partner_id, quarter),
    }


def credit_of(material: Material, partner_id: str, period: Period, model: str | None = None) -> Figure:
    """The partner's credit of a period under the page's model or another, in words where it has none."""
    row = material.influence_of(partner_id, period, model)
    return figures.money(row["credit_amount"] if row else 0, material.scope.currency, zero="no credit")
