"""Drawings on a partner's page show the figures of the tables that they lead to, quarter by quarter."""

from collections.abc import Callable

import duckdb
from lxml import html as lxml_html

from reports.drawing import short
from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]
Page = lxml_html.HtmlElement


def page_of(report: Rendered, name: str) -> Page:
    return lxml_html.document_fromstring((report.files.partner_index.parent / name).read_text(encoding="utf-8"))


def drawn(page: Page, chart_id: str) -> list[str]:
    """The values that a drawing shows, from left to right or from above."""
    return page.xpath(f"//*[@id='{chart_id}']//*[local-name()='text'][@class='value']/text()")


def test_drawings_show_the_figures_of_their_tables(reports_of: Reports) -> None:
    """Each quarter and influence type is drawn once, with the value that its table has, oldest quarter first."""
    page = page_of(reports_of("rich"), "P1.html")
    rows = [
        ["".join(cell.xpath("./text()|./span[@class='words']/text()")).strip().replace(",", "") for cell in row]
        for row in page.xpath("//table[@id='activity-table']/tbody/tr")
    ][::-1]
    assert len(rows) == 8
    amounts = [float(row[7]) if row[7] != "no credit" else 0.0 for row in rows]
    assert drawn(page, "short-chart-1") == [short(amount, "USD") for amount in amounts]
    assert drawn(page, "activity-chart-1") == [row[1] for row in rows]
    assert drawn(page, "activity-chart-2") == [f"{row[4]} of {row[3]}" if row[3] != "0" else "0" for row in rows]
    types = page.xpath("//table[@id='type-table']/tbody/tr/td[1]/text()")
    assert drawn(page, "types-chart-1") == [short(float(amount.replace(",", "")), "USD") for amount in types]
    for figure in page.xpath("//figure"):
        (table,) = figure.xpath("figcaption/a/@href")
        assert page.xpath(f"//table[@id='{table.removeprefix('#')}']")
        assert figure.xpath("string(div/@aria-hidden)") == "true"


def test_a_quarter_without_anything_keeps_its_place(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """Quarters are told without a gap since the partner's first one, those in which nothing happened among them."""
    page = page_of(reports_of("rich"), "P1.html")
    told = [row.strip() for row in page.xpath("//table[@id='activity-table']/tbody/tr/th/text()")]
    shown = """
        select period_label from marts.marts.mart_executive_summary
        where period_grain = 'quarter' and period_label <= '2026-Q3' order by period_label desc limit 8
    """
    assert told == [label for (label,) in rich.execute(shown).fetchall()]
