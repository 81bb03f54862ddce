"""The reconciliation: what the ledger and the deals add up to, beside what the marts say; every difference is 0."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports import words
from reports.content import Scope
from reports.marts import Row
from reports.workbook.ledger import Ledger, net_of, unallocated_of
from reports.workbook.sheet import MONEY, Cell, Line, Sheet, head_line, heading_lines, text_line
from reports.workbook.summary import CATEGORIES, sum_of

NAME = "Reconciliation"
SPANS = 6
HEADS = (
    "What",
    "By formula from the sheets",
    "Without room in Excel",
    "In the marts",
    "Difference",
    "Where in the marts",
)
WIDTHS = (54, 22, 20, 20, 14, 62)
FIRST = 6
SUMMARY = "select * from {m}.mart_executive_summary where period_grain = ? and period_start = ?"
SUMS = (
    "select sum(credit_amount) as credit_amount from {m}.%s where period_grain = ? and period_start = ? and model = ?"
)
CREDIT_MARTS = {
    "by partner": "mart_partner_influence",
    "by influence type": "mart_influence_type",
    "by tier": "mart_tier_influence",
}

Worth = Callable[[Row], Decimal]


@dataclass(frozen=True)
class Check:
    """One line: a ``formula`` over the sheets that comes to ``value``, ``left`` beside it, and the marts' figure."""

    what: str
    formula: str
    value: Decimal
    left: Decimal
    told: Decimal | None
    where: str


def reconciliation_sheet(ledger: Ledger, scope: Scope, stamps: Mapping[str, str]) -> Sheet:
    """Every check with its difference, and one cell that says whether all of them are 0."""
    title = f"{NAME}: {scope.label}, {scope.currency}"
    lines = [*heading_lines(title, stamps, SPANS), *_body(ledger, scope)]
    return Sheet(NAME, lines, WIDTHS, head_row=2)


def _body(ledger: Ledger, scope: Scope) -> Iterator[Line]:
    row = next(iter(scope.rows(SUMMARY)), None)
    yield Line()
    if row is None:
        yield text_line("No deal has been won or lost yet, so there is nothing to reconcile.", SPANS)
        return
    checks = [*_revenue(ledger, row), *_credit(ledger, scope, row)]
    last = FIRST + len(checks) - 1
    is_zero = all(_difference(check) == 0 for check in checks)
    verdict = ("All differences are 0.", "There is a difference: see below.")
    formula = f'=IF(SUMPRODUCT(ABS(E{FIRST}:E{last}))=0,"{verdict[0]}","{verdict[1]}")'
    yield Line([Cell(verdict[0] if is_zero else verdict[1], "check", formula=formula)])
    yield head_line(HEADS, HEADS[1:5])
    yield from (_line(check, place) for place, check in enumerate(checks, start=FIRST))
    yield Line()
    yield text_line(_deal_note(ledger), SPANS, "note")


def _deal_note(ledger: Ledger) -> str:
    if not ledger.is_additive:
        return "Under this model each partner has the whole amount of its deals: credits are not added up."
    return "A churned deal is booked and not net, and earns no credit. Differences are rounded to the cent."


def _difference(check: Check) -> Decimal:
    return check.value + check.left - (check.told or Decimal(0))


def _line(check: Check, place: int) -> Line:
    return Line([
        Cell(check.what),
        Cell(check.value, "plain", MONEY, check.formula),
        Cell(check.left, number_format='#,##0.00;-#,##0.00;"none"'),
        Cell(check.told or Decimal(0), number_format=MONEY),
        Cell(_difference(check), "total", MONEY, f"=ROUND(B{place}+C{place}-D{place},2)"),
        Cell(check.where, "note"),
    ])  # fmt: skip


def _revenue(ledger: Ledger, row: Row) -> Iterator[Check]:
    span, mart = ledger.deal_span, "mart_executive_summary"
    booked, churned, net, category = (span.column(key) for key in ("booked", "churned", "net", "category"))

    def check(what: str, formula: str, column: str, worth: Worth) -> Check:
        value, left = (sum((worth(deal) for deal in deals), Decimal(0)) for deals in (ledger.deals, ledger.deals_left))
        return Check(what, formula, value, left, row[column], f"{mart}.{column}")

    yield check("Booked revenue", f"=SUM({booked})", "booked_revenue", lambda deal: deal["amount"])
    yield check("Churned since", f"=SUM({churned})", "churned_revenue", lambda deal: deal["amount"] - net_of(deal))
    yield check("Net revenue", f"=SUM({net})", "total_revenue", net_of)
    yield check("Booked less churned", f"=SUM({booked})-SUM({churned})", "total_revenue", net_of)
    for code in CATEGORIES:
        name = words.name_of(code)
        formula = f'=SUMIFS({net},{category},"{name}")'
        yield check(f"Net revenue: {name}", formula, f"{code}_revenue", _of_category(code))
    parts = "+".join(f'SUMIFS({net},{category},"{words.name_of(code)}")' for code in CATEGORIES)
    yield check("Sourced + influenced + direct", f"={parts}", "total_revenue", net_of)


def _of_category(code: str) -> Worth:
    return lambda deal: net_of(deal) if deal["deal_category"] == code else Decimal(0)


def _credit(ledger: Ledger, scope: Scope, row: Row) -> Iterator[Check]:
    if not ledger.is_additive or scope.period is None:
        return
    told = {mart: scope.model_rows(SUMS % mart)[0]["credit_amount"] for mart in CREDIT_MARTS.values()}
    rows, deals = ledger.credit_span.column("credit"), ledger.deal_span.column("credited")
    value, left = sum_of(ledger.credits), sum_of(ledger.credits_left)
    for by, mart in CREDIT_MARTS.items():
        where = f"{mart}.credit_amount, all rows"
        yield Check(f"Credit to partners, {by}", f"=SUM({rows})", value, left, told[mart], where)
    credited, beyond = (
        sum((deal["credited"] for deal in part), Decimal(0)) for part in (ledger.deals, ledger.deals_left)
    )
    yield Check(
        "Credit to partners, by deal", f"=SUM({deals})", credited, beyond, told["mart_partner_influence"], "the same"
    )
    if scope.model_name == scope.context.primary_model:
        yield from _primary(ledger, row)


def _primary(ledger: Ledger, row: Row) -> Iterator[Check]:
    """What the executive summary says of the primary model alone."""
    rows, mart = ledger.credit_span.column("credit"), "mart_executive_summary"
    unallocated = ledger.deal_span.column("unallocated")
    direct = f'SUMIFS({rows},{ledger.credit_span.column("category")},"{words.name_of("direct")}")'
    credit, credit_left = sum_of(ledger.credits), sum_of(ledger.credits_left)
    rest, rest_left = (sum(map(unallocated_of, part), Decimal(0)) for part in (ledger.deals, ledger.deals_left))
    by_override, by_override_left = sum_of(ledger.credits, "direct"), sum_of(ledger.credits_left, "direct")
    yield Check("Credited", f"=SUM({rows})", credit, credit_left, row["credited_amount"], f"{mart}.credited_amount")
    yield Check(
        "Partner-involved, not credited", f"=SUM({unallocated})", rest, rest_left, row["unallocated_amount"],
        f"{mart}.unallocated_amount",
    )  # fmt: skip
    yield Check(
        "Credited + not credited - credited on direct deals",
        f"=SUM({rows})+SUM({unallocated})-{direct}",
        credit + rest - by_override,
        credit_left + rest_left - by_override_left,
        row["partner_involved_revenue"],
        f"{mart}.partner_involved_revenue",
    )
