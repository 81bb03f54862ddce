"""Every number has its definition: where a pointer or the focus is, and in the methodology."""

from collections.abc import Callable, Iterator

import duckdb
import pytest

from reports.marts import Marts
from reports.report import gather, scope_of
from tests.reports.browser import Page, browser
from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]
HINT = "(hint => hint.matches(':popover-open') ? hint.textContent : '')(document.getElementById('definition'))"
RATE = "Won / decided deals closed in the period that the partner touched; 95% interval."


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    with browser(chromium) as opened:
        yield opened


def test_every_number_of_the_report_is_defined(rich: duckdb.DuckDBPyConnection) -> None:
    """No headline and no column of numbers is without its definition, and the methodology holds each of them."""
    report = gather(scope_of(Marts(rich), None, None))
    (listed,) = [table for table in report.section("methodology").tables if table.id == "methodology-definitions"]
    held = {(row["section"].text, row["definition"].text) for row in listed.rows}
    for section in report.sections:
        missing = [item.title for item in section.headlines if not item.help]
        columns = [(table, column) for table in section.tables for column in table.columns]
        missing += [
            f"{table.id}.{column.key}" for table, column in columns if column.align == "number" and not column.help
        ]
        assert missing == [], section.id
        assert {
            (section.short, column.help) for table, column in columns if column.help and not table.is_matrix
        } <= held


def test_definition_shows_on_focus_and_leaves_on_escape(page: Page, reports_of: Reports) -> None:
    """Focus in a heading, or in a headline, shows its definition to eyes and screen readers; Escape puts it away."""
    page.open_ready(reports_of("rich").files.html)
    page.value("document.querySelectorAll('#partner-table thead button')[6].focus()")
    assert page.value(HINT) == RATE
    assert page.value("document.activeElement.getAttribute('aria-describedby')") == "definition"
    page.press("Escape")
    assert page.value(HINT) == ""
    page.value("document.querySelector('.headlines .drill').focus()")
    assert page.value(HINT) == "Booked revenue without what has churned by the as-of time."
    page.value("document.activeElement.blur()")
    assert page.value(HINT) == ""


def test_definition_shows_where_the_pointer_rests(page: Page, reports_of: Reports) -> None:
    """A pointer over a number shows the definition of its column, and nothing once it has gone elsewhere."""
    page.open_ready(reports_of("rich").files.html)
    cell = "document.querySelector('#partner-table tbody tr').cells[6]"
    page.value(f"{cell}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")
    x, y = page.value(f"(box => [box.left + box.width / 2, box.top + 8])({cell}.getBoundingClientRect())")
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    page.until(f"{HINT} !== ''")
    assert page.value(HINT) == RATE
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=2, y=450)
    page.until(f"{HINT} === ''")


def test_definitions_stand_without_a_script(reports_of: Reports) -> None:
    """In the file itself each definition is the title of its heading, so nothing is lost where no script runs."""
    titles = reports_of("rich").page.xpath("//th[@scope='col']/@title")
    assert RATE in titles
    assert reports_of("rich").page.xpath("//p[@class='value']/@title")
