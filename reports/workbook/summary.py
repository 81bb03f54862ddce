"""The summary: the ledger added up by partner, category, influence type and month, by formulas that stay live."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from reports import words
from reports.content import Scope
from reports.figures import clean_name
from reports.marts import Row
from reports.workbook.ledger import Ledger
from reports.workbook.sheet import COUNT, DAY, MONEY, SHARE, Cell, Line, Sheet, head_line, heading_lines, text_line

NAME = "Summary"
SPANS = 8
PARTNER_HEADS = (
    "Partner no.", "Partner", "Partner name", "Tier", "Credit", "Of it on sourced deals", "On influenced deals",
    "On direct deals, by override", "Deals with credit", "Share of credit",
)  # fmt: skip
WIDTHS = (12, 24, 30, 12, 17, 17, 17, 17, 12, 12)
CATEGORIES = ("sourced", "influenced", "direct")
HEAD_ROW = 2


def summary_sheet(ledger: Ledger, scope: Scope, stamps: Mapping[str, str]) -> Sheet:
    """Sums over the ledger. Under a model that is not additive only each partner's own: the rest must not be added."""
    title = f"{NAME}: credit in {scope.label}, {scope.currency}, by live formulas over the ledger"
    lines = [*heading_lines(title, stamps, SPANS), *_body(ledger, scope)]
    return Sheet(NAME, lines, WIDTHS, HEAD_ROW)


def _body(ledger: Ledger, scope: Scope) -> Iterator[Line]:
    yield Line()
    if not ledger.credits:
        yield text_line(f"No partner has credit in {scope.label}, so there is nothing to add up.", SPANS)
        return
    if ledger.credits_left:
        yield text_line("The ledger had no room for all credits, so these sums hold its rows alone.", SPANS, "notice")
    yield text_line("By partner", SPANS, "caption")
    yield head_line(PARTNER_HEADS, {*PARTNER_HEADS} - {"Partner", "Partner name", "Tier"})
    yield from _partners(ledger)
    if not ledger.is_additive:
        yield text_line("Each partner has the whole amount of its deals, so nothing else is added up.", SPANS, "notice")
        return
    for caption, groups in _groups(ledger, scope).items():
        yield Line()
        yield text_line(caption, SPANS, "caption")
        yield head_line(("From", "To", "What", "", "Credit", "", "", "", "Rows"), {"From", "To", "Credit", "Rows"})
        yield from groups


def _partners(ledger: Ledger) -> Iterator[Line]:
    first = HEAD_ROW + 4 + bool(ledger.credits_left)
    total_row = first + len(ledger.numbers)
    total = sum_of(ledger.credits)
    by_partner: dict[str, list[Row]] = {}
    for row in ledger.credits:
        by_partner.setdefault(row["partner_id"], []).append(row)
    for place, key in enumerate(ledger.numbers, start=first):
        yield _partner(ledger, by_partner[key], place, total_row, total)
    if ledger.is_additive:
        columns = [("E", None), *zip("FGH", CATEGORIES, strict=True)]
        sums = [_total(letter, first, total_row, sum_of(ledger.credits, only)) for letter, only in columns]
        yield Line([Cell("All", "total"), Cell(None, "total"), Cell(None, "total"), Cell(None, "total"), *sums])


def _partner(ledger: Ledger, rows: Sequence[Row], place: int, total_row: int, total: Decimal) -> Line:
    span, some, credit = ledger.credit_span, rows[0], sum_of(rows)
    amount, number, category = (span.column(key) for key in ("credit", "number", "category"))
    sums = [
        Cell(
            sum_of(rows, only),
            "plain",
            MONEY,
            f'=SUMIFS({amount},{number},$A{place},{category},"{words.name_of(only)}")',
        )
        for only in CATEGORIES
    ]
    share = Cell(credit / total if total else 0, "plain", SHARE, f"=IF(E${total_row}=0,0,E{place}/E${total_row})")
    return Line([
        Cell(ledger.numbers[some["partner_id"]], number_format=COUNT),
        Cell(clean_name(some["partner_id"])),
        Cell(clean_name(some["partner_name"]) or None),
        Cell(words.name_of(some["tier"], "No tier")),
        Cell(credit, "plain", MONEY, f"=SUMIFS({amount},{number},$A{place})"),
        *sums,
        Cell(_credited(rows), "plain", COUNT, f'=COUNTIFS({number},$A{place},{amount},">0")'),
        *([share] if ledger.is_additive else []),
    ])  # fmt: skip


def _total(letter: str, first: int, total_row: int, value: Decimal) -> Cell:
    return Cell(value, "total", MONEY, f"=SUM({letter}{first}:{letter}{total_row - 1})")


def _groups(ledger: Ledger, scope: Scope) -> dict[str, list[Line]]:
    """The other sums, each over one column of the ledger; where a row stands does not matter to its formula."""
    types = {row["primary_influence_type"] for row in ledger.credits}
    return {
        "By category of the deal": _by_word(ledger, "category", "deal_category", CATEGORIES),
        "By influence type of the deal": _by_word(ledger, "type", "primary_influence_type", sorted(types, key=str)),
        "By month of the close": [_month(ledger, *month) for month in _months(scope)],
    }


def _by_word(ledger: Ledger, column: str, key: str, codes: Iterable[str | None]) -> list[Line]:
    amount, where = ledger.credit_span.column("credit"), ledger.credit_span.column(column)
    lines = []
    for code in codes:
        rows, name = [row for row in ledger.credits if row[key] == code], words.name_of(code)
        credit = Cell(sum_of(rows), "plain", MONEY, f'=SUMIFS({amount},{where},"{name}")')
        count = Cell(len(rows), "plain", COUNT, f'=COUNTIFS({where},"{name}")')
        lines.append(Line([Cell(), Cell(), Cell(name), Cell(), credit, Cell(), Cell(), Cell(), count]))
    return lines


def _months(scope: Scope) -> Iterator[tuple[date, date]]:
    period = scope.period
    start = period.start if period else None
    while period and start and start <= period.end:
        after = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield start, min(after - timedelta(days=1), period.end)
        start = after


def _month(ledger: Ledger, start: date, end: date) -> Line:
    amount, closed = ledger.credit_span.column("credit"), ledger.credit_span.column("closed")
    rows = [row for row in ledger.credits if start <= row["close_date"] <= end]
    within = f'{closed},">="&{_day(start)},{closed},"<="&{_day(end)}'
    credit = Cell(sum_of(rows), "plain", MONEY, f"=SUMIFS({amount},{within})")
    count = Cell(len(rows), "plain", COUNT, f"=COUNTIFS({within})")
    days = [Cell(start, number_format=DAY), Cell(end, number_format=DAY)]
    return Line([*days, Cell(f"{start:%B %Y}"), Cell(), credit, Cell(), Cell(), Cell(), count])


def _day(day: date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"


def _credited(rows: Sequence[Row]) -> int:
    return sum(row["credit_amount"] > 0 for row in rows)


def sum_of(rows: Sequence[Row], category: str | None = None) -> Decimal:
    """The credits of ``rows``, of all categories or one."""
    return sum((row["credit_amount"] for row in rows if category in (None, row["deal_category"])), Decimal(0))
