"""The page in a real browser, from disk: silent, self-contained, usable by keyboard, on a phone and on paper."""

import base64
from collections.abc import Callable, Iterator

import pytest

from reports.sections import SECTIONS
from tests.reports.browser import Page, browser
from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]
TABLE = "document.getElementById('partner-table')"
NAMES = f"Array.from({TABLE}.tBodies[0].rows, row => row.cells[0].querySelector('bdi').textContent)"


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    with browser(chromium) as opened:
        yield opened


def test_page_opens_without_a_word_and_without_a_request(page: Page, reports_of: Reports) -> None:
    """Opened from disk under its own policy, the page asks for nothing but itself, and the console is empty."""
    file = reports_of("rich").files.html
    page.open_ready(file)
    assert page.requests == [file.as_uri()]
    assert page.complaints == []
    assert page.value("document.querySelectorAll('main section').length") == len(SECTIONS)


def test_drawings_take_the_colours_of_the_page(page: Page, reports_of: Reports) -> None:
    """Bars are drawn in the page's own colours, which change with the theme."""
    page.open_ready(reports_of("rich").files.html)
    fill = "getComputedStyle(document.querySelector('#partners .drawing path[fill=\"var(--c-credit)\"]')).fill"
    light = page.value(fill)
    assert light == "rgb(26, 108, 124)"
    page.value("document.getElementById('theme').click()")
    assert page.value("document.documentElement.dataset.theme") == "dark"
    assert page.value(fill) != light


def test_columns_sort_by_keyboard(page: Page, reports_of: Reports) -> None:
    """A focused column heading sorts by Enter, up and down, tells it to a screen reader, and words come last."""
    page.open(reports_of("rich").files.html)
    first = page.value(NAMES)
    page.value(f"{TABLE}.tHead.rows[0].cells[1].querySelector('button').focus()")
    assert page.value(f"{TABLE}.tHead.rows[0].cells[1].getAttribute('aria-sort')") == "descending"
    page.press("Enter")
    assert page.value(f"{TABLE}.tHead.rows[0].cells[1].getAttribute('aria-sort')") == "ascending"
    assert page.value(NAMES) == first[::-1]
    page.press("Tab")
    page.press("Enter")
    assert page.value(f"{TABLE}.tHead.rows[0].cells[2].getAttribute('aria-sort')") == "descending"
    page.value(f"{TABLE}.tHead.rows[0].cells[7].querySelector('button').click()")
    returns = page.value(f"Array.from({TABLE}.tBodies[0].rows, row => row.cells[7].textContent.trim())")
    assert returns[-1] == "no own cost"
    assert returns[0] != "no own cost"


def test_long_tables_fold_and_unfold(page: Page, reports_of: Reports) -> None:
    """A long table shows its first rows and the rest on request."""
    page.open(reports_of("rich").files.html)
    shown = "document.querySelectorAll('#methodology-policy tbody tr:not([hidden])').length"
    assert page.value(shown) == 5
    page.value("document.querySelector('[aria-controls=methodology-policy]').click()")
    assert page.value(shown) == len(reports_of("rich").table("methodology-policy")) > 30


@pytest.mark.parametrize("scenario", ["rich", "bare", "nothing_closed"])
def test_phone_scrolls_tables_and_not_the_page(page: Page, reports_of: Reports, scenario: str) -> None:
    """At 390 pixels nothing sticks out of the page: wide tables scroll inside their own frame."""
    page.open_ready(reports_of(scenario).files.html, width=390, height=844)
    assert page.value("document.documentElement.scrollWidth") == 390
    assert page.value("Array.from(document.querySelectorAll('.drawing svg')).every(d => d.clientWidth < 390)")


OUT_OF_SIGHT = """
Array.from(document.querySelectorAll(".sections a"), (link) => link.getBoundingClientRect())
  .filter((box) => box.left < 0 || box.right > innerWidth || !box.height).length
"""
COVERED = """
(() => {
  const stuck = Array.from(document.querySelectorAll(".bar, .controls"))
    .filter((one) => getComputedStyle(one).position === "sticky" && one.offsetHeight);
  return Math.max(...stuck.map((one) => one.getBoundingClientRect().bottom));
})()
"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 700), (768, 1024), (844, 390), (390, 844)])
def test_links_to_all_sections_are_in_sight(page: Page, reports_of: Reports, width: int, height: int) -> None:
    """No link to a section is cut off, and what sticks to the top is low and covers no heading that is gone to."""
    page.open_ready(reports_of("rich").files.html, width=width, height=height)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    assert page.value(OUT_OF_SIGHT) == 0
    page.value("document.querySelector('.sections a[href=\"#models\"]').click()")
    page.until("Math.abs(document.getElementById('models').getBoundingClientRect().top) < 200")
    covered = page.value(COVERED)
    assert 0 < covered <= height / 5
    assert page.value("document.getElementById('models-title').getBoundingClientRect().top") >= covered


def test_a_phone_leads_back_to_the_sections_by_keyboard(page: Page, reports_of: Reports) -> None:
    """Where the links scroll away, one that stays leads back to them, and the focus goes along."""
    page.open_ready(reports_of("rich").files.html, width=390, height=844)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    page.value("document.getElementById('quality').scrollIntoView()")
    page.value("document.querySelector('.to-sections').focus()")
    page.press("Enter")
    first = "document.querySelector('.sections a')"
    page.until(f"{first}.getBoundingClientRect().top > 0 && {first}.getBoundingClientRect().bottom < innerHeight")
    page.press("Tab")
    assert page.value(f"document.activeElement === {first}")


def test_everything_to_press_has_a_name(page: Page, reports_of: Reports) -> None:
    """In the accessibility tree each table, button, link, region and figure has a name."""
    page.open(reports_of("rich").files.html)
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    told = [
        node for node in nodes if node.get("role", {}).get("value") in {"table", "button", "link", "region", "figure"}
    ]
    assert len(told) > 60
    assert [node for node in told if not node["name"].get("value", "").strip()] == []


def test_paper_gets_the_whole_report(page: Page, reports_of: Reports) -> None:
    """Printing makes a document of several pages, in light colours even where the screen is dark."""
    page.open(reports_of("rich").files.html)
    page.value("document.documentElement.dataset.theme = 'dark'")
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.value("getComputedStyle(document.querySelector('.bar')).display") == "none"
    page.call("Emulation.setEmulatedMedia", media="")
    printed = base64.b64decode(page.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert printed.startswith(b"%PDF")
    assert printed.count(b"/Type /Page\n") >= 4
