"""Trend by quarter: revenue by category, partner-involved share, and win rates with and without a partner."""

from reports import charts, figures
from reports.behind import deals_behind
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure
from reports.marts import Row
from reports.sections.partners import win_rate

REVENUE_TABLE = "trend-revenue-table"
SHARE_TABLE = "trend-share-table"
QUARTERS = 12
QUERY = """
    select trend.*, summary.sourced_revenue, summary.influenced_revenue, summary.direct_revenue
    from {m}.mart_trend as trend
    inner join {m}.mart_executive_summary as summary using (period_grain, period_start)
    where trend.period_grain = 'quarter'
    order by trend.period_start desc
    limit ?
"""


def trend(scope: Scope) -> Section:
    """The newest quarters of mart_trend and mart_executive_summary, oldest first."""
    rows = scope.marts.rows(QUERY, [QUARTERS])[::-1]
    title = "Trend by quarter"
    if not any(row["total_revenue"] for row in rows):
        return Section("trend", title, "Trend", lead=["No quarter has revenue yet."])
    return Section(
        "trend",
        title,
        "Trend",
        lead=_lead(rows),
        charts=[
            charts.stacked([(_label(row), _amounts(row)) for row in rows], scope.currency, REVENUE_TABLE),
            charts.lines([(_label(row), _shares(row)) for row in rows], SHARE_TABLE),
        ],
        tables=[_revenue_table(rows, scope), _share_table(rows)],
    )


def _label(row: Row) -> str:
    return row["period_label"] if row["is_complete"] else f"{row['period_label']} so far"


def _amounts(row: Row) -> dict[str, float]:
    return {category: float(row[f"{category}_revenue"]) for category in charts.CATEGORIES}


def _shares(row: Row) -> dict[str, float | None]:
    return {
        "Partner involved": row["partner_involved_share"],
        "Sourced": row["sourced_share"],
        "Influenced, not sourced": row["influenced_share"],
    }


def _lead(rows: list[Row]) -> list[str]:
    ended = [row for row in rows if row["is_complete"] and figures.is_known(row["partner_involved_share"])]
    if len(ended) < 2:
        return []
    first, last = ended[0], ended[-1]
    then, now = (figures.percent_text(row["partner_involved_share"]) for row in (first, last))
    return [
        f"Partners were involved in {then} of net revenue in {first['period_label']} and in {now} in "
        f"{last['period_label']}, the last quarter that has ended."
    ]


def _revenue_table(rows: list[Row], scope: Scope) -> Table:
    return Table(
        REVENUE_TABLE,
        "Net revenue by quarter and category",
        [
            Column("period", "Quarter", "text"),
            Column(
                "total",
                f"Net revenue ({scope.currency})",
                help="Won deals by the day of their close, without churned ones.",
            ),
            Column("involved", f"Partner-involved ({scope.currency})", help="Sourced plus influenced."),
            Column("sourced", f"Sourced ({scope.currency})", help="Deals that a partner brought before sales did."),
            Column("influenced", f"Influenced, not sourced ({scope.currency})", help="Other deals with a touchpoint."),
            Column("direct", f"Direct ({scope.currency})", help="Deals without a touchpoint that counts."),
        ],
        [_revenue_row(row, scope.currency) for row in rows],
    )


def _period(row: Row) -> Figure:
    return Figure(row["period_label"], str(row["period_start"]), note="" if row["is_complete"] else "so far")


def _revenue_row(row: Row, currency: str) -> dict[str, Figure]:
    keys = {"total": "total", "involved": "partner_involved"} | {category: category for category in charts.CATEGORIES}
    return {"period": _period(row)} | {
        key: deals_behind(
            figures.money(row[f"{measure}_revenue"], currency),
            "revenue",
            category={"total": "", "involved": "partner"}.get(key, key),
            days=(row["period_start"], row["period_end"]),
        )
        for key, measure in keys.items()
    }


def _share_table(rows: list[Row]) -> Table:
    return Table(
        SHARE_TABLE,
        "Partner share of net revenue and win rates by quarter",
        [
            Column("period", "Quarter", "text"),
            Column("involved", "Partner-involved share", help="Sourced plus influenced revenue / net revenue."),
            Column("sourced", "Sourced share", help="Sourced revenue / net revenue."),
            Column("influenced", "Influenced, not sourced, share", help="Influenced revenue / net revenue."),
            Column("partner_rate", "Win rate with a partner", help="Won / decided deals with a partner; 95% interval."),
            Column("direct_rate", "Win rate direct", help="Won / decided deals without a partner; 95% interval."),
        ],
        [_share_row(row) for row in rows],
        note="The win rates set partner deals beside direct ones as they are; the deals differ, so it proves no cause.",
    )


def _share_row(row: Row) -> dict[str, Figure]:
    return {
        "period": _period(row),
        "involved": figures.share(row["partner_involved_share"], "no revenue"),
        "sourced": figures.share(row["sourced_share"], "no revenue"),
        "influenced": figures.share(row["influenced_share"], "no revenue"),
        "partner_rate": _opened(row, "partner"),
        "direct_rate": _opened(row, "direct"),
    }


def _opened(row: Row, kind: str) -> Figure:
    days = (row["period_start"], row["period_end"])
    return deals_behind(win_rate(_rate(row, kind)), "decided", category=kind, days=days)


def _rate(row: Row, kind: str) -> Row:
    return {
        "win_rate": row[f"win_rate_{kind}"],
        "win_rate_low": row[f"win_rate_{kind}_low"],
        "win_rate_high": row[f"win_rate_{kind}_high"],
        "won_count": row[f"{kind}_won_count"],
        "decided_count": row[f"{kind}_decided_count"],
        "is_small_sample": row[f"is_small_sample_{kind}"],
    }
