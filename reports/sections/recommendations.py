"""Recommendations: what the policy's rules advise, on which evidence, and what they looked for and did not find."""

from reports import figures, words
from reports.behind import HAS_DEAL, deals_behind, one_deal
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure, counted
from reports.marts import Row

ID, TITLE, SHORT = "recommendations", "Recommendations", "Recommendations"
TABLE = "recommendation-table"
SHOWN_FIRST = 12
QUERY = f"""
    select advice.*, {HAS_DEAL} as is_held
    from {{m}}.mart_recommendation as advice
    left join {{m}}.dim_deal as deal on advice.subject_type = 'deal' and advice.subject_id = deal.deal_id
    order by advice.place
"""
KINDS = {
    "increase_investment": "a partner with a high return on its cost, or growing credit, on enough won deals",
    "optimise": "a busy partner that surely wins less than deals with partners do",
    "develop": "an integration whose deals are surely won more often than comparable ones",
    "review": "a partner or tier that earned less credit than it cost, or than is usual one tier below",
    "conflict": "several partners that claim one deal or account, and overrides that wait",
    "missing_data": "data whose absence concerns enough revenue to change the answer",
    "cannibalisation": "a partner that surely comes after sales on most of its new business",
}


def recommendations(scope: Scope) -> Section:
    """All of mart_recommendation, as of the run, whatever the report's period and model."""
    rows = scope.marts.rows(QUERY)
    return Section(
        ID,
        TITLE,
        SHORT,
        lead=[_lead(rows), _basis(scope)],
        notices=_notices(scope),
        tables=[_table(rows, scope)] if rows else [],
        facts=_not_found({row["kind"] for row in rows}),
    )


def _lead(rows: list[Row]) -> str:
    if not rows:
        return "No rule finds enough behind it to advise anything."
    tentative = sum(row["is_tentative"] for row in rows)
    told = f"The rules give {counted(len(rows), 'recommendation')}"
    return f"{told}; {tentative:,} on too little for a verdict, marked as such." if tentative else f"{told}."


def _basis(scope: Scope) -> str:
    months = scope.context.policy["recommendations"]["evidence_months"]
    return (
        f"They rest on the {counted(months, 'whole month')} before the as-of time and on credit under "
        f"{words.name_of(scope.context.primary_model)}, whatever period and model the report shows. Integrations "
        "are judged on all of the data; what is open or waits for a decision, as of the run."
    )


def _notices(scope: Scope) -> list[str]:
    if scope.context.has("partner_investments"):
        return []
    return [f"Returns and reviews are {words.not_available('partner_investments')}."]


def _not_found(found: set[str]) -> list[tuple[str, list[str]]]:
    missed = [f"{words.name_of(kind)}: {what}." for kind, what in KINDS.items() if kind not in found]
    return [("Looked for and not found", missed)] if missed else []


def _table(rows: list[Row], scope: Scope) -> Table:
    return Table(
        TABLE,
        "What to do, as of the run",
        [
            Column("about", "About", "text"),
            Column("kind", "Advice", "text"),
            Column(
                "evidence", "Evidence", "text", help="What the rule saw, and what the policy asks for.", is_prose=True
            ),
            Column("n", "Rests on", help="What was counted for it."),
            Column("amount", f"Money concerned ({scope.currency})", help="In small print what money it is."),
        ],
        [_row(row, scope.currency) for row in rows],
        fold_after=SHOWN_FIRST,
    )


def _row(row: Row, currency: str) -> dict[str, Figure]:
    is_code = row["subject_type"] == "tier"
    subject = words.name_of(row["subject_id"]) if is_code else row["subject_name"] or row["subject_id"]
    return {
        "about": one_deal(
            figures.name(subject, note=words.name_of(row["subject_type"])), row["subject_id"], row["is_held"]
        ),
        "kind": Figure(words.name_of(row["kind"]), mark="a question" if row["is_tentative"] else ""),
        "evidence": Figure(row["text"]),
        "n": _opened(figures.count(row["n"], note=row["n_of"]), row["n_of"], row),
        "amount": _opened(
            figures.money(row["amount"], currency, "not known", note=row["amount_of"] or ""), row["amount_of"], row
        ),
    }


def _opened(figure: Figure, told_as: str | None, row: Row) -> Figure:
    """``figure`` with the deals behind it, where it counts or adds up deals that closed."""
    days, subject, model = (row["period_start"], row["period_end"]), row["subject_id"], row["model"]
    match row["subject_type"], told_as:
        case "partner", "credit" | "won deals with credit":
            return deals_behind(figure, "credit", days=days, partner=subject, model=model)
        case "partner", "decided deals":
            return deals_behind(figure, "decided", days=days, partner=subject)
        case "integration", "revenue":
            return deals_behind(figure, "revenue", days=days, integration=subject)
        case "deal", "deal amount":
            return one_deal(figure, subject, row["is_held"])
    return figure
