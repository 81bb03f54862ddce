"""All formats show the figures of the marts, and the same ones."""

import re
from collections.abc import Callable

import duckdb
import pytest

from reports.markdown_format import escape
from tests.reports.reading import Rendered, number

PERIOD = "period_grain = 'quarter' and period_label = '2026-Q3'"
HEADLINES = {
    "Net revenue": "total_revenue",
    "Partner-involved revenue": "partner_involved_revenue",
    "Sourced by partners": "sourced_revenue",
    "Influenced, not sourced": "influenced_revenue",
}


@pytest.fixture
def report(reports_of: Callable[[str], Rendered]) -> Rendered:
    return reports_of("rich")


def bullet(markdown: str, start: str) -> str:
    """The Markdown line whose bold start is ``start``."""
    (line,) = [line for line in markdown.splitlines() if line.removeprefix("- ").startswith(f"**{start}**")]
    return line


@pytest.mark.parametrize(("title", "column"), HEADLINES.items())
def test_headline_is_the_marts_figure_in_both_formats(
    report: Rendered, rich: duckdb.DuckDBPyConnection, title: str, column: str
) -> None:
    """A headline number is the executive summary's to the cent, on the page, in its table and in the message."""
    ((expected,),) = rich.execute(f"select {column} from marts.marts.mart_executive_summary where {PERIOD}").fetchall()
    (card,) = report.page.xpath(f"//ul[@class='headlines']/li[h3='{title}']")
    value = "".join(card.xpath("./p[@class='value']//text()"))
    (row,) = [row for row in report.table("summary-table") if row[0] == title]
    assert number(value) == number(row[1]) == pytest.approx(float(expected), abs=0.001)
    assert f"USD {expected:,.2f}" in bullet(report.markdown, title)


@pytest.mark.parametrize(("title", "measure"), [("Net revenue", "total"), ("Sourced by partners", "sourced")])
def test_change_names_its_direction_and_its_base(
    report: Rendered, rich: duckdb.DuckDBPyConnection, title: str, measure: str
) -> None:
    """A change reads up or down by the mart's ratio on the period it is measured against, in both formats."""
    ratios = rich.execute(
        f"select {measure}_change_prior, {measure}_change_year from marts.marts.mart_executive_summary where {PERIOD}"
    ).fetchone()
    (card,) = report.page.xpath(f"//ul[@class='headlines']/li[h3='{title}']")
    told = [change.text_content() for change in card.xpath("./ul[@class='changes']/li")]
    assert ratios is not None
    for ratio, base, words in zip(ratios, ("2026-Q2", "2025-Q3"), told, strict=True):
        assert words == f"{'up' if ratio > 0 else 'down'} {abs(ratio):.1%} on {base}"
        assert words in bullet(report.markdown, title)


def test_partner_rows_are_the_marts(report: Rendered, rich: duckdb.DuckDBPyConnection) -> None:
    """The partner table has each partner of the mart once, in order of credit, with its deals, win rate and n."""
    expected = rich.execute(
        f"""
        select credit_amount, deal_count, win_rate, won_count, decided_count from marts.marts.mart_partner_influence
        where {PERIOD} and model = 'position_based' order by credit_amount desc, decided_count desc, partner_name
        """
    ).fetchall()
    rows = report.table("partner-table")
    assert len(rows) == len(expected) == 6
    for row, (credit, deals, rate, won, decided) in zip(rows, expected, strict=True):
        assert row[1].startswith(f"{credit:,.2f}|") if credit else row[1] == "no credit"
        assert row[2] == f"{deals}"
        assert (
            row[6].startswith(f"{rate:.1%}|{won} of {decided}, ") if rate is not None else row[6] == "no decided deal"
        )


def test_partners_read_the_same_in_the_message(report: Rendered) -> None:
    """The first five partners of the page are those of the message, with the same credit and win rate."""
    lines = [line for line in report.markdown.splitlines() if "; win rate " in line]
    rows = report.table("partner-table")[:5]
    assert len(lines) == 5
    for line, row in zip(lines, rows, strict=True):
        assert f"USD {row[1].split('|')[0]} on {row[2]} deal" in line
        rate, n_and_interval = row[6].split("|")
        assert f"win rate {rate} ({n_and_interval}, small sample)" in line


@pytest.mark.parametrize(
    ("table", "mart", "name"),
    [
        ("influence-type-table", "mart_influence_type", "Influence types"),
        ("tier-table", "mart_tier_influence", "Tier performance"),
    ],
)
def test_breakdown_adds_up_to_the_credit_of_the_mart(
    report: Rendered, rich: duckdb.DuckDBPyConnection, table: str, mart: str, name: str
) -> None:
    """The credits and shares of a breakdown are the mart's, whole, and each stands in the message."""
    where = f"{PERIOD} and model = 'position_based' and credit_amount > 0"
    expected = rich.execute(f"select credit_amount, pct_of_influenced from marts.marts.{mart} where {where}").fetchall()
    rows = [row for row in report.table(table) if row[1][0].isdigit()]
    assert sorted((row[1], row[2]) for row in rows) == sorted((f"{a:,.2f}", f"{b:.1%}") for a, b in expected)
    line = bullet(report.markdown, name)
    assert all(f"{row[0]} USD {row[1]} ({row[2]})" in line for row in rows)


def test_model_comparison_is_the_marts(report: Rendered, rich: duckdb.DuckDBPyConnection) -> None:
    """Every partner has its credit, rank and distance from the mean under every model that gave credit."""
    giving = "select model from marts.marts.mart_model where gave_credit order by not is_primary, sort_order"
    models = [model for (model,) in rich.execute(giving).fetchall()]
    expected = rich.execute(
        f"select * from marts.marts.mart_model_comparison where {PERIOD} order by mean_credit_amount desc, partner_name"
    )
    names = [column[0] for column in expected.description or []]
    held = [dict(zip(names, row, strict=True)) for row in expected.fetchall()]
    rows = report.table("model-table")
    assert len(rows) * len(models) == len(held) > 0
    for row, partner_id in zip(rows, dict.fromkeys(one["partner_id"] for one in held), strict=True):
        by_model = {one["model"]: one for one in held if one["partner_id"] == partner_id}
        assert row[1] == f"{by_model['linear']['mean_credit_amount']:,.2f}"
        for cell, model in zip(row[2:], models, strict=True):
            one = by_model[model]
            way = "over" if one["difference_share"] > 0 else "under"
            credit = f"{one['credit_amount']:,.2f}" if one["credit_amount"] else "none"
            assert cell == f"{credit}|#{one['credit_rank']} {abs(one['difference_share']):.1%} {way}"


def test_trend_is_the_marts_and_the_message_s(report: Rendered, rich: duckdb.DuckDBPyConnection) -> None:
    """Each quarter has mart_trend's revenue and share, or says that there is none, in both formats."""
    expected = rich.execute(
        """
        select period_label, total_revenue, partner_involved_share from marts.marts.mart_trend
        where period_grain = 'quarter' order by period_start
        """
    ).fetchall()
    revenue, shares = report.table("trend-revenue-table"), report.table("trend-share-table")
    told = {one[0].split("|")[0]: (one[1], other[1]) for one, other in zip(revenue, shares, strict=True)}
    written = {
        label: (f"{total:,.2f}", f"{part:.1%}") if total else ("none", "no revenue") for label, total, part in expected
    }
    assert told == written
    line = bullet(report.markdown, "Partner-involved share of net revenue by quarter")
    assert re.findall(r"(\d{4}-Q\d)(?: \(so far\))? ([^;]+)", line) == [(k, told[k][1]) for k in list(told)[-5:]]


def test_rows_in_are_used_plus_excluded_as_in_the_mart(report: Rendered, rich: duckdb.DuckDBPyConnection) -> None:
    """The quality table has each table's rows in, used and excluded, and a reason for every excluded row."""
    counts = "select distinct table_name, rows_in, rows_used, rows_excluded from marts.marts.mart_data_quality"
    expected = rich.execute(f"{counts} where is_available").fetchall()
    rows = {row[0]: row for row in report.table("quality-table")}
    for table, rows_in, used, excluded in expected:
        row = rows[{"touchpoint": "Candidate touchpoints"}.get(table, table.capitalize())]
        assert [number(cell) for cell in row[1:4]] == [rows_in, used, excluded]
        assert sum(int(count) for count in re.findall(r"(\d+): ", row[4])) == excluded
        assert rows_in == used + excluded > 0


def test_what_moved_and_why_reads_the_same_in_every_format(report: Rendered) -> None:
    """The sentences on what moved, and which partners did, stand on the page, in the message and in the workbook."""
    told = [" ".join(lead.text_content().split()) for lead in report.page.xpath("//section[@id='summary']/p")]
    (moved,) = [sentence for sentence in told if sentence.startswith("What moved on 2026-Q2: ")]
    (partners,) = [sentence for sentence in told if sentence.startswith("Among partners, under Position based, ")]
    assert f"\n- {as_in_the_message(f'{moved} {partners}')}\n" in report.markdown
    assert {moved, partners} <= {" ".join(text.split()) for text in report.workbook.words()}


def as_in_the_message(text: str) -> str:
    """What the page says, with the letters that Markdown and HTML would take for markup made harmless."""
    return escape(" ".join(text.split()))


def test_every_format_carries_its_stamps(every_report: Rendered) -> None:
    """The as-of time, the policy's hash and the run id stand on the page and on the message."""
    for stamp in ("2026-10-01 06:00 UTC", "0123456789abcdef", "20261001T060000Z-test"):
        assert stamp in every_report.page.xpath("string(//header)")
        assert stamp in every_report.markdown


def as_on_the_page(text: str) -> str:
    """What the workbook prints, in the page's way: a negative number and the smallest shares in words."""
    return f"minus {text[1:]}" if re.match(r"-\d", text) else text


@pytest.mark.parametrize("scenario", ["rich", "bare", "one_deal"])
def test_every_figure_of_the_page_is_the_workbook_s(reports_of: Callable[[str], Rendered], scenario: str) -> None:
    """Cell by cell, each table of the page stands in the workbook, as numbers that print the same."""
    report = reports_of(scenario)
    tables = report.page.xpath("//main//table")
    assert len(tables) >= 8
    for table in tables:
        headings = [" ".join(heading.text_content().split()) for heading in table.xpath("./thead//th")]
        held = report.workbook.table(" ".join(table.xpath("string(caption)").split()))
        rows = report.table(table.get("id"))
        assert len(held) == len(rows)
        for row, other in zip(rows, held, strict=True):
            for heading, cell in zip(headings, row, strict=True):
                value = as_on_the_page(other[heading])
                same = cell == value or cell.startswith(f"{value}|") or cell == f"|{value.replace(chr(10), '')}"
                assert same or cell.startswith("under 0.1%"), (heading, cell, value)


def test_figures_of_the_workbook_are_numbers(reports_of: Callable[[str], Rendered]) -> None:
    """Wherever the page prints money, a count or a percentage in a column of numbers, the cell holds a number."""
    report = reports_of("rich")
    written = re.compile(r"-?[\d,]+(\.\d+)?[%x]?")
    cells = [cell for sheet in report.workbook.values for row in sheet for cell in row if cell.data_type != "n"]
    texts = {str(cell.value) for cell in cells if cell.parent.title not in {"Methodology", "Cover", "Ledger", "Deals"}}
    assert {text for text in texts if written.fullmatch(text)} <= {"2023", "2024", "2025", "2026"}
