"""The ledger: each partner's credit on each deal of the period, and the deals that make the period's revenue."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reports import words
from reports.content import Scope
from reports.figures import clean_name
from reports.marts import Row
from reports.workbook.sheet import (
    COUNT,
    DAY,
    EXCEL_ROWS,
    MONEY,
    Cell,
    Line,
    Sheet,
    Span,
    head_line,
    heading_lines,
    text_line,
)

LEDGER, DEALS = "Ledger", "Deals"
HEAD_ROW = 4
NO_CREDIT = "no credit"
CREDITS = """
    with types as (
        select deal_id, partner_id, string_agg(distinct influence_type, ',' order by influence_type) as influence_types
        from {m}.fct_touchpoint_credit
        where close_date between $1 and $2 and model = $3
        group by deal_id, partner_id
    )
    select credit.*, deal.deal_name, deal.account_name, deal.account_id, deal.deal_category, deal.amount,
        deal.primary_influence_type, partner.partner_name, partner.partner_type, partner.tier, types.influence_types
    from {m}.fct_partner_credit as credit
    inner join {m}.dim_deal as deal using (deal_id)
    left join {m}.dim_partner as partner using (partner_id)
    left join types using (deal_id, partner_id)
    where credit.close_date between $1 and $2 and credit.model = $3
    order by credit.close_date, credit.deal_id, credit.partner_id
"""
BOOKED = """
    with credits as (
        select deal_id, sum(credit_amount) as credited
        from {m}.fct_partner_credit
        where close_date between $1 and $2 and model = $3
        group by deal_id
    )
    select deal.*, coalesce(credits.credited, 0)::decimal(18, 2) as credited
    from {m}.dim_deal as deal
    left join credits using (deal_id)
    where deal.counts_as_booked and deal.close_date between $1 and $2
    order by deal.close_date, deal.deal_id
"""
CREDIT_COLUMNS = {
    "deal": ("Deal", 22), "name": ("Deal name", 34), "account": ("Account", 26), "closed": ("Closed", 12),
    "category": ("Category", 22), "type": ("Influence type of the deal", 20), "number": ("Partner no.", 9),
    "partner_id": ("Partner", 22), "partner": ("Partner name", 28), "partner_type": ("Partner type", 18),
    "tier": ("Tier", 11), "amount": ("Deal amount", 16), "share": ("Share", 10), "credit": ("Credit", 16),
    "touchpoints": ("Touchpoints", 11), "touches": ("Types of its touchpoints", 30),
}  # fmt: skip
DEAL_COLUMNS = {
    "deal": ("Deal", 22), "name": ("Deal name", 34), "account": ("Account", 26), "closed": ("Closed", 12),
    "category": ("Category", 22), "booked": ("Booked", 16), "churned": ("Churned since", 16), "net": ("Net", 16),
    "credited": ("Credit to partners", 18), "unallocated": ("Partner-involved, not credited", 18),
}  # fmt: skip


NUMBERS = {
    "Closed", "Partner no.", "Deal amount", "Share", "Credit", "Touchpoints", "Booked", "Churned since", "Net",
    "Credit to partners", "Partner-involved, not credited",
}  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """Credits and booked deals of the period under the report's model, and where they lie in the workbook.

    Partners are numbered: Excel compares ids without regard to case and reads ``*`` in them as a wildcard.
    ``credits_left`` and ``deals_left`` are the rows for which a sheet has no room.
    """

    credits: Sequence[Row]
    credits_left: Sequence[Row]
    deals: Sequence[Row]
    deals_left: Sequence[Row]
    numbers: Mapping[str, int]
    is_additive: bool

    @property
    def credit_span(self) -> Span:
        return _span(LEDGER, CREDIT_COLUMNS, len(self.credits))

    @property
    def deal_span(self) -> Span:
        return _span(DEALS, DEAL_COLUMNS, len(self.deals))


def _span(sheet: str, columns: Mapping[str, Any], rows: int) -> Span:
    return Span(sheet, list(columns), HEAD_ROW + 1, HEAD_ROW + max(rows, 1))


def read_ledger(scope: Scope, most_rows: int = EXCEL_ROWS) -> Ledger:
    """The period's credits and booked deals; none of either where no deal has closed yet."""
    period = scope.period
    asked = [period.start, period.end, scope.model_name] if period else None
    credits = scope.marts.rows(CREDITS, asked) if asked else []
    deals = scope.marts.rows(BOOKED, asked) if asked else []
    room = most_rows - HEAD_ROW
    ids = sorted({row["partner_id"] for row in credits[:room]})
    numbers = {key: number for number, key in enumerate(ids, start=1)}
    parts = (credits[:room], credits[room:], deals[:room], deals[room:])
    return Ledger(*parts, numbers, bool(scope.model["is_additive"]))


def ledger_sheets(ledger: Ledger, scope: Scope, stamps: Mapping[str, str]) -> list[Sheet]:
    """The sheets Ledger and Deals."""
    title = f"{LEDGER}: credit per deal and partner, {scope.label}, {scope.currency}"
    deals_title = f"{DEALS} booked in {scope.label}, {scope.currency}"
    return [
        _sheet(LEDGER, CREDIT_COLUMNS, len(ledger.credits), [
            *heading_lines(title, stamps, 8), text_line(_ledger_note(ledger), 8, "note"),
        ], _credit_lines(ledger)),
        _sheet(DEALS, DEAL_COLUMNS, len(ledger.deals), [
            *heading_lines(deals_title, stamps, 8),
            text_line(_deals_note(ledger), 8, "note"),
        ], _deal_lines(ledger)),
    ]  # fmt: skip


def _sheet(
    name: str, columns: Mapping[str, tuple[str, float]], rows: int, top: Sequence[Line], body: Iterator[Line]
) -> Sheet:
    def lines() -> Iterator[Line]:
        yield from top
        yield head_line((title for title, _ in columns.values()), NUMBERS)
        yield from body

    return Sheet(name, lines(), [width for _, width in columns.values()], HEAD_ROW, len(columns), rows)


def _deals_note(ledger: Ledger) -> str:
    told = "Won deals that count, churned ones included. Booked = churned since + net."
    if not ledger.deals_left:
        return told
    left = len(ledger.deals_left)
    return f"{told} Excel has no room for {left:,} of the {len(ledger.deals) + left:,}: they are in dim_deal."


def _ledger_note(ledger: Ledger) -> str:
    if ledger.credits_left:
        count, left = len(ledger.credits), len(ledger.credits_left)
        return f"The first {count:,} credits: Excel has no room for the other {left:,}. They are in fct_partner_credit."
    if not ledger.is_additive:
        return "Under this model each partner has the whole amount of a deal: don't add the credits up."
    return "The rows of fct_partner_credit. Partner no. is this workbook's own, for its formulas."


def _credit_lines(ledger: Ledger) -> Iterator[Line]:
    if not ledger.credits:
        yield Line([Cell("No partner has credit in this period.")])
    for row in ledger.credits:
        yield Line(_credit_cells(row, ledger.numbers[row["partner_id"]]))


def _deal_cells(row: Row) -> list[Cell]:
    return [
        Cell(clean_name(row["deal_id"])),
        Cell(clean_name(row["deal_name"]) or None),
        Cell(clean_name(row["account_name"] or row["account_id"]) or None),
        Cell(row["close_date"], number_format=DAY),
        Cell(words.name_of(row["deal_category"])),
    ]


def _credit_cells(row: Row, number: int) -> list[Cell]:
    types = [words.name_of(name) for name in (row["influence_types"] or "").split(",") if name]
    return [
        *_deal_cells(row),
        Cell(words.name_of(row["primary_influence_type"])),
        Cell(number, number_format=COUNT),
        Cell(clean_name(row["partner_id"])),
        Cell(clean_name(row["partner_name"]) or None),
        Cell(words.name_of(row["partner_type"])),
        Cell(words.name_of(row["tier"], "No tier")),
        Cell(row["amount"], number_format=MONEY),
        Cell(row["share"], number_format="0.00%"),
        Cell(row["credit_amount"], number_format=MONEY),
        Cell(row["touchpoint_count"], number_format=COUNT),
        Cell(", ".join(types) or None),
    ]


def net_of(row: Row) -> Decimal:
    """What of a booked deal is revenue: all of it, unless it has churned."""
    return row["amount"] if row["is_eligible"] else Decimal(0)


def unallocated_of(row: Row) -> Decimal:
    """What of a partner-involved deal no partner was credited with."""
    return Decimal(0) if row["deal_category"] == "direct" else net_of(row) - row["credited"]


def _deal_lines(ledger: Ledger) -> Iterator[Line]:
    if not ledger.deals:
        yield Line([Cell("No deal that counts was won in this period.")])
    direct = words.name_of("direct")
    for place, row in enumerate(ledger.deals, start=HEAD_ROW + 1):
        money = [row["amount"], row["amount"] - net_of(row), net_of(row)]
        cells = [*_deal_cells(row), *(Cell(value, number_format=MONEY) for value in money)]
        if ledger.is_additive:
            cells += [
                Cell(row["credited"], number_format=MONEY),
                Cell(unallocated_of(row), "plain", MONEY, f'=IF(E{place}="{direct}",0,ROUND(H{place}-I{place},2))'),
            ]
        yield Line(cells)
