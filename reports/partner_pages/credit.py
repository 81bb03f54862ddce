"""What a partner earned and how: its headline figures, credit by model and period, and influence types."""

from collections.abc import Sequence

from reports import charts, figures, words
from reports.content import Chart, Column, Headline, Section, Table
from reports.figures import Figure
from reports.marts import Row
from reports.partner_pages.activity import credit_chart, credit_of
from reports.partner_pages.material import PERIODS, Material
from reports.period import Period
from reports.sections.partners import win_rate

MODELS_SHOWN = 6


def in_short(material: Material, partner_id: str) -> Section:
    """The partner's period in four figures."""
    period, scope = material.scope.period, material.scope
    row = material.influence_of(partner_id, period) if period else None
    if period is None or row is None:
        when = f"in {period.label}" if period else "yet: no deal has closed"
        return Section("short", "In short", "In short", lead=[f"No credit, decided deal, activity or cost {when}."])
    headlines = [
        _headline(material, partner_id, period, row),
        Headline("Deals with credit", figures.count(row["deal_count"]), _mean(row, scope.currency), []),
        Headline("Win rate", _rate(row), _decided(row), []),
        Headline("Activities", figures.count(row["activity_count"]), f"in {period.label}, by their own day", []),
    ]
    return Section(
        "short",
        "In short",
        "In short",
        lead=_return(material, row),
        headlines=headlines,
        charts=credit_chart(material, partner_id),
    )


def _headline(material: Material, partner_id: str, period: Period, row: Row) -> Headline:
    shown = [
        past for past in material.periods[period.grain] if past.label in (period.prior_label, period.year_before_label)
    ]
    before = [("level", f"{past.label}: {credit_of(material, partner_id, past).full}") for past in reversed(shown)]
    value = figures.money(row["credit_amount"], material.scope.currency, zero="None")
    return Headline("Credit", value, f"in {period.label}, {words.name_of(material.scope.model_name)}", before)


def _mean(row: Row, currency: str) -> str:
    return f"{figures.money(row['avg_credit'], currency).full} a deal" if row["deal_count"] else "no deal with credit"


def _rate(row: Row) -> Figure:
    return figures.share(row["win_rate"], "None")


def _decided(row: Row) -> str:
    found = win_rate(row)
    if found.is_words:
        return "no decided deal with a touchpoint that counts"
    return f"won {found.note}{', a small sample' if found.mark else ''}"


def _return(material: Material, row: Row) -> list[str]:
    scope = material.scope
    if not scope.context.has("partner_investments"):
        return [f"Return on investment: {words.not_available('partner_investments')}."]
    if row["unconverted_investment_count"]:
        return ["Return on investment: not known, a cost has no exchange rate."]
    if not row["investment_amount"]:
        return ["Return on investment: the partner had no cost of its own."]
    cost = figures.money(row["investment_amount"], scope.currency).full
    return [f"Return on investment: {figures.times(row['roi'], 'none').text} on a cost of its own of {cost}, gross."]


def by_model(material: Material, partner_id: str) -> Section:
    """Credit under every model that gave some, in the last periods and years."""
    title, scope = "Credit by model and period", material.scope
    if scope.period is None:
        return Section("models", title, "Credit", lead=["No deal has closed yet, so no model gave credit."])
    grains = dict.fromkeys((scope.period.grain, "year"))
    return Section(
        "models",
        title,
        "Credit",
        lead=["Each model divides the same deals in its own way: credits of two models are never added up."],
        tables=[_model_table(material, partner_id, grain, material.periods[grain][-PERIODS:]) for grain in grains],
    )


def _model_table(material: Material, partner_id: str, grain: str, periods: Sequence[Period]) -> Table:
    scope, newest_first = material.scope, list(reversed(periods))
    columns = [Column("model", "Model", "text", help="How a model divides is told at the end of this page.")]
    columns += [Column(period.label, period.label, help=period.days) for period in newest_first]
    return Table(
        f"credit-by-{grain}",
        f"Credit by {grain} of the deal's close ({scope.currency})",
        columns,
        [
            {"model": _model_name(material, model)}
            | {period.label: credit_of(material, partner_id, period, model["model"]) for period in newest_first}
            for model in sorted(scope.marts.models, key=lambda model: model["model"] != scope.model_name)
            if model["gave_credit"]
        ],
        note="; ".join(f"{period.label} has not ended" for period in newest_first if not period.is_complete),
        fold_after=MODELS_SHOWN,
    )


def _model_name(material: Material, model: Row) -> Figure:
    remarks = ["this page"] if model["model"] == material.scope.model_name else []
    remarks += [] if model["is_additive"] else ["whole deals, not additive"]
    return Figure(words.name_of(model["model"]), words.name_of(model["model"]), note=", ".join(remarks))


def influence_types(material: Material, partner_id: str) -> Section:
    """The partner's credit of the period by the type of the touchpoint that earned it."""
    title, scope = "How it influenced", material.scope
    rows = material.types.get(partner_id, [])
    if not scope.model["is_additive"]:
        return Section("types", title, "Influence", lead=["This model gives whole deals, which no type can share."])
    if not rows:
        return Section("types", title, "Influence", lead=[f"No touchpoint of a deal won in {scope.label} counts."])
    columns = [
        Column("type", "Influence type", "text"),
        Column("credit", f"Credit ({scope.currency})", help="Credit of the touchpoints of this type."),
        Column("touchpoints", "Touchpoints", help="Touchpoints that count, on deals won in the period."),
        Column("deals", "Deals", help="Deals with such a touchpoint; a deal may count in several types."),
    ]
    table = Table(
        "type-table", f"Credit by influence type, {scope.label}", columns, [_type(row, scope.currency) for row in rows]
    )
    return Section("types", title, "Influence", charts=_type_chart(rows, scope.label, scope.currency), tables=[table])


def _type_chart(rows: Sequence[Row], label: str, currency: str) -> list[Chart]:
    credited = [(words.name_of(row["influence_type"]), float(row["credit_amount"])) for row in rows]
    title = f"Credit by influence type, {label}"
    return [charts.bars(credited, title, currency, "type-table")] if any(value for _, value in credited) else []


def _type(row: Row, currency: str) -> dict[str, Figure]:
    return {
        "type": Figure(words.name_of(row["influence_type"])),
        "credit": figures.money(row["credit_amount"], currency, zero="no credit"),
        "touchpoints": figures.count(row["touchpoint_count"]),
        "deals": figures.count(row["deal_count"]),
    }
