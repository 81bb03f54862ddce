"""Everybody can use the page: axe-core finds no serious fault in light, dark, on a phone, or in what opens."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.reports.browser import Page, browser
from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]
AXE = Path(__file__).parent / "axe" / "axe.min.js"
SERIOUS = """
axe.run().then((result) => result.violations.filter((one) => ["serious", "critical"].includes(one.impact))
  .map((one) => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 300), one.nodes[0].failureSummary]))
"""
PHONE, DESK = (390, 844), (1440, 900)


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    with browser(chromium) as opened:
        yield opened


def opened(page: Page, report: Rendered, size: tuple[int, int], theme: str = "light") -> None:
    """Open a report with the accessibility rules beside it, and without motion, which would blur what they see."""
    page.open_ready(report.files.html, *size)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    page.value(f"document.documentElement.dataset.theme = '{theme}'")
    page.value(AXE.read_text(encoding="utf-8") + ";true")


@pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light")])
def test_the_page_has_no_serious_fault(page: Page, reports_of: Reports, size: tuple[int, int], theme: str) -> None:
    """The whole report, as it opens, breaks no serious or critical rule."""
    opened(page, reports_of("rich"), size, theme)
    assert page.value(SERIOUS) == []


@pytest.mark.parametrize("scenario", ["nothing_closed", "one_deal"])
def test_a_page_with_little_on_it_has_no_serious_fault(page: Page, reports_of: Reports, scenario: str) -> None:
    """Neither does a report without a period, or with one deal."""
    opened(page, reports_of(scenario), DESK)
    assert page.value(SERIOUS) == []


@pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_what_opens_has_no_serious_fault(page: Page, reports_of: Reports, size: tuple[int, int], theme: str) -> None:
    """Neither do the list of deals behind a figure, a deal's touchpoints, and a definition."""
    opened(page, reports_of("rich"), size, theme)
    page.value("document.querySelector('.headlines .drill').focus()")
    assert page.value("document.getElementById('definition').matches(':popover-open')")
    assert page.value(SERIOUS) == []
    page.value("document.querySelector('#partner-table .drill').click()")
    page.until("document.querySelector('#behind-table .tabulator-row') !== null")
    assert page.value(SERIOUS) == []
    page.value("document.querySelector('#behind-table .tabulator-row .drill').click()")
    assert page.value(SERIOUS) == []


def test_a_fault_would_be_found(page: Page, reports_of: Reports) -> None:
    """The rules see what is there: a button without a name and grey text on grey are both found."""
    opened(page, reports_of("one_deal"), DESK)
    page.value("document.querySelector('main section').append(document.createElement('button'))")
    page.value("document.querySelector('main section .lead').style.color = '#ddd'")
    assert {fault[0] for fault in page.value(SERIOUS)} == {"button-name", "color-contrast"}
