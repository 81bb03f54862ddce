"""What moved net revenue since the period before, and why: categories, the number and size of deals, partners."""

from collections.abc import Sequence
from datetime import date

from reports import figures, words
from reports.behind import deals_behind
from reports.content import Column, Scope, Table
from reports.figures import Figure
from reports.marts import Row

TABLE = "summary-movement-table"
WHAT_MOVED, AMONG_PARTNERS = "What moved on ", "Among partners, "
"""How the two sentences of ``movement_lead`` begin."""
PARTNERS = 5
QUERY = """
    select * from {m}.mart_revenue_movement
    where period_grain = ? and period_start = ?
    order by compared_with, driver_kind, movement_rank
"""


def movement_rows(scope: Scope) -> list[Row]:
    """The drivers beside the period before, or beside a year before where the marts hold no period before."""
    rows = scope.rows(QUERY)
    held = sorted({row["compared_with"] for row in rows})
    return [row for row in rows if row["compared_with"] == held[0]] if held else []


def movement_lead(rows: Sequence[Row], scope: Scope) -> list[str]:
    """What moved, in a sentence about categories and one about partners; nothing where nothing did."""
    moved = [row for row in rows if row["driver_kind"] == "category" and row["change_amount"]]
    told = [_category(row, scope.currency) for row in moved]
    lead = [f"{WHAT_MOVED}{rows[0]['base_label']}: {'; '.join(told)}."] if told else []
    partners = [row for row in rows if row["driver_kind"] == "partner" and row["change_amount"]]
    ends = [
        next((row for row in partners if row["change_amount"] > 0), None),
        next((row for row in partners if row["change_amount"] < 0), None),
    ]
    most = [_partner(row, scope.currency) for row in ends if row is not None]
    primary = words.name_of(scope.context.primary_model)
    return [*lead, *([f"{AMONG_PARTNERS}under {primary}, {figures.list_words(most)}."] if most else [])]


def movement_tables(rows: Sequence[Row], scope: Scope) -> list[Table]:
    """The drivers as a table: every category, and the partners that moved most."""
    shown = [row for row in rows if row["driver_kind"] == "category" or row["movement_rank"] <= PARTNERS]
    if not shown:
        return []
    base, currency = shown[0]["base_label"], scope.currency
    return [
        Table(
            TABLE,
            f"What moved from {base} to {scope.label}: categories, and the {PARTNERS} partners that moved most",
            [
                Column("driver", "Category or partner", "text"),
                Column(
                    "change",
                    f"Change ({currency})",
                    help="Net revenue, or a partner's credit under the primary model, less what it was before.",
                ),
                Column("now", f"{scope.label} ({currency})", help="Net revenue or credit in this period."),
                Column("before", f"{base} ({currency})", help="Net revenue or credit in the period compared with."),
                Column(
                    "deals", "Deals", "text", help="Won deals behind it, in the period compared with and in this one."
                ),
                Column(
                    "number",
                    f"By number ({currency})",
                    help="(deals - deals before) * mean deal before: what more or fewer deals explain.",
                ),
                Column("size", f"By size ({currency})", help="The rest of the change: larger or smaller deals."),
            ],
            [_row(row, scope) for row in shown],
        )
    ]


def _row(row: Row, scope: Scope) -> dict[str, Figure]:
    is_partner, currency = row["driver_kind"] == "partner", scope.currency
    apart = "partners share deals" if is_partner else "no deals to compare"
    return {
        "driver": figures.name(row["driver_name"] or row["driver"])
        if is_partner
        else Figure(words.name_of(row["driver"])),
        "change": figures.money(row["change_amount"], currency),
        "now": _opened(row, "amount", (row["period_start"], row["period_end"]), scope),
        "before": _opened(row, "base_amount", (row["base_start"], row["base_end"]), scope),
        "deals": Figure(f"{row['base_deal_count']:,} to {row['deal_count']:,}"),
        "number": figures.money(row["number_effect_amount"], currency, apart),
        "size": figures.money(row["size_effect_amount"], currency, apart),
    }


def _opened(row: Row, column: str, days: tuple[date, date], scope: Scope) -> Figure:
    amount = figures.money(row[column], scope.currency)
    if row["driver_kind"] == "partner":
        return deals_behind(amount, "credit", days=days, partner=row["driver"], model=scope.context.primary_model)
    return deals_behind(amount, "revenue", days=days, category=row["driver"])


def _category(row: Row, currency: str) -> str:
    count = figures.counted(row["deal_count"], "deal")
    effects = [
        f"{_more(row, part, 'more', 'fewer') if part == 'number' else _more(row, part, 'larger', 'smaller')} deals "
        f"{figures.money(row[f'{part}_effect_amount'], currency).full}"
        for part in ("number", "size")
        if row[f"{part}_effect_amount"]
    ]
    why = f"{count} after {row['base_deal_count']:,}" + (f": {figures.list_words(effects)}" if effects else "")
    name = words.name_of(row["driver"]).lower()
    amount = figures.money(abs(row["change_amount"]), currency).full
    return f"{name} {'rose' if row['change_amount'] > 0 else 'fell'} by {amount} ({why})"


def _more(row: Row, part: str, up: str, down: str) -> str:
    return up if row[f"{part}_effect_amount"] > 0 else down


def _partner(row: Row, currency: str) -> str:
    name = figures.isolate(figures.name(row["driver_name"] or row["driver"]).text)
    amount = figures.money(abs(row["change_amount"]), currency).full
    return f"{name} {'gained' if row['change_amount'] > 0 else 'lost'} the most credit ({amount})"
