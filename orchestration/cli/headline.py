"""What a person sees at the end of ``pir run``: the headline numbers and where the rest lies."""

from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from orchestration.runs import RunFolder
from orchestration.settings import Settings
from orchestration.warehouse import open_marts

QUERY = """
    select period_label, total_revenue, partner_involved_revenue, partner_involved_share, sourced_revenue,
        sourced_share, influenced_revenue, influenced_share, direct_revenue, direct_share, won_count
    from mart_executive_summary
    where period_grain = 'quarter' and won_count > 0
    order by is_complete desc, period_start desc
    limit 1
"""


def print_headline(console: Console, settings: Settings, folder: RunFolder) -> None:
    record = folder.read()
    with open_marts(settings.marts) as marts:
        currency = (marts.execute("select reporting_currency from mart_report_context").fetchone() or ("",))[0]
        cursor = marts.execute(QUERY)
        names = [column[0] for column in cursor.description]
        row = cursor.fetchone()
    if row:
        console.print(headline_table(dict(zip(names, row, strict=True)), currency, record.primary_model))
    else:
        console.print("No deal was won in any period yet, so there is no headline.")
    lines = {
        "Report": str(settings.report / "report.html"),
        "Marts": str(settings.marts),
        "CRM rows written": written(record.counts, record.writeback),
        "CRM rows refused, kept with the CRM's reason and tried again": some(record.counts, "crm_rows_refused"),
        "CRM rows left for the next run": some(record.counts, "crm_rows_left"),
    }
    for name, value in lines.items():
        if value:
            console.print(f"{name}: {value}", markup=False, soft_wrap=True)
    if record.writeback == "dry_run" and folder.crm_changes.exists():
        print_changes(console, folder)


def print_changes(console: Console, folder: RunFolder, most_lines: int = 200) -> None:
    """What a dry run would send: all of it where it fits, else the first rows of each object and where the rest is."""
    text = folder.crm_changes.read_text(encoding="utf-8")
    is_long = text.count("\n") > most_lines
    console.print()
    console.print(folder.crm_changes_sample.read_text(encoding="utf-8") if is_long else text, markup=False)
    if is_long:
        console.print(f"Every change, old and new: {folder.crm_changes}", markup=False, soft_wrap=True)


def headline_table(row: dict[str, Any], currency: str, model: str) -> Table:
    table = Table(
        title=f"{row['period_label']}, {currency}, {won_deals(row['won_count'])}, model {model}", title_justify="left"
    )
    table.add_column("Revenue")
    table.add_column("Amount", justify="right")
    table.add_column("Share", justify="right")
    table.add_row("Total", money(row["total_revenue"]), "")
    table.add_row("Partner involved", money(row["partner_involved_revenue"]), share(row["partner_involved_share"]))
    table.add_row("  sourced", money(row["sourced_revenue"]), share(row["sourced_share"]))
    table.add_row("  influenced, not sourced", money(row["influenced_revenue"]), share(row["influenced_share"]))
    table.add_row("Direct", money(row["direct_revenue"]), share(row["direct_share"]))
    return table


def won_deals(count: int) -> str:
    return f"{count:,} won deal" + ("" if count == 1 else "s")


def some(counts: dict[str, int], name: str) -> str:
    """The count where there is any, else nothing."""
    return f"{counts[name]:,}" if counts.get(name) else ""


def money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def share(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.1%}"


def written(counts: dict[str, int], writeback: str) -> str:
    if "crm_rows_written" in counts:
        return f"{counts['crm_rows_written']:,}"
    return "none (this source has no CRM to write to)" if writeback == "apply" else f"none (write-back: {writeback})"
