"""Tier performance: what each tier of the programme earned."""

from reports import charts, figures, words
from reports.behind import deals_behind
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure, counted
from reports.marts import Row
from reports.sections.influence_types import not_additive

TABLE = "tier-table"
QUERY = """
    select * from {m}.mart_tier_influence
    where period_grain = ? and period_start = ? and model = ?
    order by list_position(['platinum', 'gold', 'silver', 'bronze'], tier) nulls last, tier
"""


def tier_performance(scope: Scope) -> Section:
    """Credit by tier from mart_tier_influence, the highest tier first."""
    title = "Tier performance"
    if not scope.model["is_additive"]:
        return Section("tiers", title, "Tiers", lead=[not_additive(scope)])
    rows = scope.model_rows(QUERY)
    credited = [row for row in rows if row["credit_amount"]]
    if not credited:
        return Section(
            "tiers", title, "Tiers", lead=[f"No tier earned credit in {scope.label}."], tables=_tables(rows, scope)
        )
    top = max(credited, key=lambda row: row["credit_amount"])
    amount = figures.money(top["credit_amount"], scope.currency).full
    lead = (
        f"{words.name_of(top['tier'])} earned the most: {amount}, {figures.share(top['pct_of_influenced']).text} of "
        f"all credit, by {counted(top['partner_count'], 'partner')} with credit."
    )
    drawn = [(words.name_of(row["tier"]), float(row["credit_amount"])) for row in credited]
    chart = charts.bars(drawn, "Credit by tier", scope.currency, TABLE)
    return Section("tiers", title, "Tiers", lead=[lead], charts=[chart], tables=_tables(rows, scope))


def _tables(rows: list[Row], scope: Scope) -> list[Table]:
    if not rows:
        return []
    return [
        Table(
            TABLE,
            f"Credit by tier, {scope.label}, {words.name_of(scope.model_name)}",
            [
                Column("tier", "Tier", "text"),
                Column("credit", f"Credit ({scope.currency})", help="Sum of the credits of the tier's partners."),
                Column("share", "Share of credit", help="Of all credit to partners in the period."),
                Column("partners", "Partners", help="Partners of the tier with credit in the period."),
                Column("mean", f"Mean per partner ({scope.currency})", help="Credit divided by those partners."),
                Column("deals", "Deals", help="Deals with credit; one with partners of two tiers counts in both."),
            ],
            [_row(row, scope) for row in rows],
            note="A partner counts in the tier that it has as of this run.",
        )
    ]


def _row(row: Row, scope: Scope) -> dict[str, Figure]:
    return {
        "tier": Figure(words.name_of(row["tier"])),
        "credit": deals_behind(
            figures.money(row["credit_amount"], scope.currency, zero="no credit"),
            "credit",
            tier=row["tier"] or "no_tier",
        ),
        "share": figures.share(row["pct_of_influenced"], "no credit"),
        "partners": figures.count(row["partner_count"]),
        "mean": figures.money(row["avg_per_partner"], scope.currency, "no partner"),
        "deals": figures.count(row["deal_count"]),
    }
