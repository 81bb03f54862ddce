"""Customers and cost: who stays and buys more by who brought the first win, and what a unit of revenue cost."""

from reports import figures, words
from reports.behind import deals_behind
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure, counted
from reports.marts import Row
from reports.sections.shape import rate

ID, TITLE, SHORT = "customers", "Customers and cost", "Customers"
RETENTION, COST = "retention-table", "acquisition-cost-table"
RETENTION_QUERY = """
    select * from {m}.mart_retention
    where cohort_grain = 'all'
    order by list_position(['sourced', 'influenced', 'direct', 'all'], customer_group)
"""
COST_QUERY = "select * from {m}.mart_acquisition_cost where period_grain = ? and period_start = ?"
GROUPS = {"sourced": "Sourced by partners", "influenced": "Influenced, not sourced", "direct": "Direct", "all": "All"}
REASONS = {
    "no_partner_investments": words.not_available("partner_investments"),
    "unconverted_cost": "not known: a cost has no exchange rate or amount",
    "no_cost": "no cost on record",
    "no_revenue": "no revenue",
}
PROGRAMME = "Programme cost is every investment but direct demand generation; it serves influenced deals too."


def customers(scope: Scope) -> Section:
    """From mart_retention as of the run, and mart_acquisition_cost by period."""
    groups = scope.marts.rows(RETENTION_QUERY)
    cost = next(iter(scope.rows(COST_QUERY)), None)
    months = scope.context.policy["programme"]["retention_months"]
    tables = [_retention_table(groups, scope, months)] if groups else []
    tables += [_cost_table(cost, scope)] if cost else []
    lead = [*_retention_words({row["customer_group"]: row for row in groups}, months), _cost_words(cost, scope)]
    return Section(ID, TITLE, SHORT, lead=lead, tables=tables)


def _retention_words(groups: dict[str, Row], months: int) -> list[str]:
    everyone = groups.get("all")
    if everyone is None:
        return ["No account has won revenue yet, so there are no customers to follow."]
    if everyone["churn_reason"]:
        return ["Whether customers stay is not known: no deal or account has a churn date."]
    told = [
        f"{figures.percent_text(row['churned_share'])} of {counted(row['judged_count'], words_of)}"
        for name, words_of in (("sourced", "sourced customer"), ("direct", "direct customer"))
        if (row := groups.get(name)) and row["judged_count"]
    ]
    if not told:
        return [f"No customer is old enough to judge: none was won {months} months ago."]
    return [
        f"{months} months after the first win, {figures.list_words(told)} had left. They differ in more than in who "
        "brought them, so this proves no cause."
    ]


def _retention_table(rows: list[Row], scope: Scope, months: int) -> Table:
    everyone = next((row for row in rows if row["customer_group"] == "all"), rows[-1])
    note = f"By the category of the first win, {months} months after it; younger customers are not judged."
    if everyone["started_before_count"]:
        before = counted(everyone["started_before_count"], "account")
        note += f" {before} whose first win on record is a renewal or expansion stay out: when they began is not known."
    return Table(
        RETENTION,
        "Customers by who brought the first win, as of the run",
        [
            Column("group", "First win", "text"),
            Column(
                "customers",
                "Customers",
                help="Accounts whose first booked win on record is not a renewal or expansion.",
            ),
            Column("left", "Had left", help="Of customers old enough; 95% interval."),
            Column(
                "expanded", "Had expanded", help="Of customers old enough, with an expansion won by then; 95% interval."
            ),
            Column(
                "expansion", f"Mean expansion ({scope.currency})", help="Booked expansions by then / customers judged."
            ),
            Column("renewal", f"Mean renewal ({scope.currency})", help="Booked renewals by then / customers judged."),
        ],
        [_retention_row(row, scope.currency) for row in rows],
        note=note,
    )


def _retention_row(row: Row, currency: str) -> dict[str, Figure]:
    mark = "small sample" if row["is_small_sample"] else ""
    churn = figures.words("no churn dates") if row["churn_reason"] else rate(row, "churned", "judged_count", mark)
    return {
        "group": Figure(GROUPS[row["customer_group"]]),
        "customers": figures.count(row["customer_count"], note=f"{row['judged_count']:,} old enough"),
        "left": churn,
        "expanded": rate(row, "expanded", "judged_count", mark),
        "expansion": figures.money(row["avg_expansion"], currency, "none to judge"),
        "renewal": figures.money(row["avg_renewal"], currency, "none to judge"),
    }


def _cost_words(cost: Row | None, scope: Scope) -> str:
    if cost is None:
        return "No period is reported yet, so nothing is said of cost."
    reasons = {cost["sourced_reason"], cost["direct_reason"]} - {None}
    if "no_partner_investments" in reasons:
        return f"Cost of revenue is {REASONS['no_partner_investments']}."
    sourced, direct = (_one_cost(cost, group, scope) for group in ("sourced", "direct"))
    return f"In {scope.label}, {sourced}; {direct}."


def _one_cost(cost: Row, group: str, scope: Scope) -> str:
    name = {"sourced": "sourced revenue", "direct": "direct revenue"}[group]
    if cost[f"{group}_reason"]:
        return f"what {name} cost can't be told ({REASONS[cost[f'{group}_reason']]})"
    spent = {"sourced": "programme cost", "direct": "direct demand generation"}[group]
    amount = figures.money(cost[f"{group}_cost_amount"], scope.currency).full
    return f"{amount} of {spent} came to {figures.percent_text(cost[f'{group}_cost_per_unit'])} of {name}"


def _cost_table(cost: Row, scope: Scope) -> Table:
    return Table(
        COST,
        f"Cost of revenue, {scope.label}",
        [
            Column("group", "Revenue", "text"),
            Column("cost", f"Cost ({scope.currency})", help=PROGRAMME),
            Column("revenue", f"Booked revenue ({scope.currency})", help="Deals that closed in the period."),
            Column("unit", "Cost / revenue", help="Cost of one unit of booked revenue, as a percentage."),
            Column("new", "Cost / new business", help="As if all of the cost went to new business."),
            Column("deal", f"Cost per deal ({scope.currency})", help="Cost divided by booked deals."),
        ],
        [_cost_row(cost, group, scope.currency) for group in ("sourced", "direct")],
        note=f"{PROGRAMME} Cost and revenue of the same period: what a cost brings in later is not traced.",
    )


def _cost_row(cost: Row, group: str, currency: str) -> dict[str, Figure]:
    reason = REASONS.get(cost[f"{group}_reason"] or "", "no new business")
    known = "not available" if cost[f"{group}_reason"] == "no_partner_investments" else reason
    return {
        "group": Figure(GROUPS[group]),
        "cost": figures.money(cost[f"{group}_cost_amount"], currency, known),
        "revenue": deals_behind(figures.money(cost[f"{group}_booked_revenue"], currency), "booked", category=group),
        "unit": figures.share(cost[f"{group}_cost_per_unit"], known),
        "new": figures.share(cost[f"{group}_cost_per_new_unit"], known),
        "deal": figures.money(cost[f"{group}_cost_per_deal"], currency, known),
    }
