"""Influence type breakdown: what kind of partner work the credit of the period rests on."""

from reports import charts, figures, words
from reports.behind import deals_behind
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure
from reports.marts import Row

TABLE = "influence-type-table"
QUERY = """
    select * from {m}.mart_influence_type
    where period_grain = ? and period_start = ? and model = ?
    order by credit_amount desc, touchpoint_count desc, influence_type
"""


def influence_types(scope: Scope) -> Section:
    """Credit, deals and touchpoints by influence type, from mart_influence_type."""
    title = "Influence types"
    if not scope.model["is_additive"]:
        return Section("influence-types", title, "Influence types", lead=[not_additive(scope)])
    rows = [
        row for row in scope.model_rows(QUERY) if row["credit_amount"] or row["deal_count"] or row["touchpoint_count"]
    ]
    if not rows:
        return Section(
            "influence-types", title, "Influence types", lead=[f"No partner touchpoint earned credit in {scope.label}."]
        )
    credited = [row for row in rows if row["credit_amount"]]
    drawn = [(words.name_of(row["influence_type"]), float(row["credit_amount"])) for row in credited]
    return Section(
        "influence-types",
        title,
        "Influence types",
        lead=[_lead(credited, scope)] if credited else [],
        charts=[charts.bars(drawn, "Credit by influence type", scope.currency, TABLE)] if drawn else [],
        tables=[_table(rows, scope)],
    )


def not_additive(scope: Scope) -> str:
    """Why a model that gives every partner the whole amount has no breakdown."""
    return (
        f"Not available under {words.name_of(scope.model_name)}: this model credits the same revenue to several "
        "partners, so its credits can't be added up."
    )


def _lead(credited: list[Row], scope: Scope) -> str:
    top = credited[0]
    amount = figures.money(top["credit_amount"], scope.currency).full
    return (
        f"{words.name_of(top['influence_type'])} earned the most: {amount}, "
        f"{figures.share(top['pct_of_influenced']).text} of all credit to partners."
    )


def _table(rows: list[Row], scope: Scope) -> Table:
    return Table(
        TABLE,
        f"Credit by influence type, {scope.label}, {words.name_of(scope.model_name)}",
        [
            Column("type", "Influence type", "text"),
            Column("credit", f"Credit ({scope.currency})", help="Credit of the touchpoints of this type."),
            Column("share", "Share of credit", help="Of all credit to partners in the period."),
            Column("touchpoints", "Touchpoints", help="Eligible touchpoints of this type on won deals of the period."),
            Column("deals", "Deals", help="Won deals whose primary influence type is this one; each counts once."),
            Column("size", f"Mean deal ({scope.currency})", help="Mean whole amount of those deals."),
        ],
        [_row(row, scope) for row in rows],
        sorted_by="credit",
    )


def _row(row: Row, scope: Scope) -> dict[str, Figure]:
    return {
        "type": Figure(words.name_of(row["influence_type"])),
        "credit": deals_behind(
            figures.money(row["credit_amount"], scope.currency), "credit", type=row["influence_type"]
        ),
        "share": figures.share(row["pct_of_influenced"], "no credit"),
        "touchpoints": figures.count(row["touchpoint_count"]),
        "deals": deals_behind(figures.count(row["deal_count"]), "revenue", primary=row["influence_type"]),
        "size": figures.money(row["avg_deal_size"], scope.currency, "no deal"),
    }
