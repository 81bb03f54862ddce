"""Partners' pages in a real browser, from disk: silent, usable by keyboard, on a phone, on paper and by ear."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.reports.browser import Page, browser
from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]
AXE = Path(__file__).parent / "axe" / "axe.min.js"
SHOWN = "Array.from(document.querySelectorAll('#found tbody tr:not([hidden]) a'), link => link.textContent)"


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    with browser(chromium) as opened:
        yield opened


@pytest.fixture
def folder(reports_of: Reports) -> Path:
    return reports_of("rich").files.partner_index.parent


@pytest.mark.parametrize("name", ["P1.html", "P7.html", "index.html"])
def test_a_page_is_silent_and_fits_a_phone(page: Page, folder: Path, name: str) -> None:
    """Opened from disk it asks for nothing but itself, the console is empty, and at 390 pixels nothing sticks out."""
    page.open(folder / name, width=390, height=844)
    assert page.requests == [(folder / name).as_uri()]
    assert page.complaints == []
    page.value("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.value("document.documentElement.scrollWidth") == 390


CROWDED = """
Array.from(document.querySelectorAll("svg.drawn")).flatMap((svg) => {
  const boxes = Array.from(svg.querySelectorAll("text"), (text) => text.getBoundingClientRect());
  const frame = svg.getBoundingClientRect();
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
  const isOut = (box) => box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
  const isOver = (box, place) => boxes.slice(place + 1).some((other) => meet(box, other));
  return boxes.filter((box, place) => isOut(box) || isOver(box, place));
}).length
"""


@pytest.mark.parametrize("width", [390, 1440])
def test_drawings_are_readable_at_any_width(page: Page, folder: Path, width: int) -> None:
    """Drawn without a script, columns and bars take the width, and no letters overlap or stick out."""
    page.open(folder / "P1.html", width=width, height=844)
    assert page.value("document.querySelectorAll('svg.drawn').length") == 4
    assert page.value(CROWDED) == 0
    widths = "Array.from(document.querySelectorAll('svg.drawn'), (svg) => svg.getBoundingClientRect().width)"
    assert min(page.value(widths)) > min(width, 880) * 0.8


def test_drawings_take_the_colours_of_the_theme(page: Page, folder: Path) -> None:
    """Columns have the page's colour of credit, another one in the dark, and are printed in the light one."""
    page.open(folder / "P1.html")
    fill = "getComputedStyle(document.querySelector('svg.drawn rect.credit')).fill"
    assert page.value(fill) == "rgb(26, 108, 124)"
    page.value("document.documentElement.dataset.theme = 'dark'")
    assert page.value(fill) not in {"rgb(26, 108, 124)", "rgb(0, 0, 0)"}
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.value(fill) == "rgb(26, 108, 124)"
    assert page.value("document.querySelector('svg.drawn').getBoundingClientRect().height") > 100
    page.call("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("name", ["P1.html", "index.html"])
def test_a_page_has_no_serious_fault_of_access(page: Page, folder: Path, name: str) -> None:
    """axe-core finds nothing serious or critical, with every deal opened, in light and in dark."""
    page.open(folder / name)
    page.value("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.value(AXE.read_text(encoding="utf-8") + "\n;true")
    assert page.value("axe.run().then(r => r.passes.length)") > 10
    for theme in ("light", "dark"):
        page.value(f"document.documentElement.dataset.theme = '{theme}'")
        found = page.value("axe.run().then(r => r.violations.map(v => [v.impact, v.id, v.nodes[0].html]))")
        assert [one for one in found if one[0] in {"serious", "critical"}] == []


def test_a_partner_is_found_by_typing(page: Page, folder: Path) -> None:
    """Words in any case and without accents narrow the list down, the count is announced, and Enter opens the page."""
    page.open(folder / "index.html")
    everybody = page.value(SHOWN)
    assert len(everybody) == 7
    page.value("document.getElementById('wanted').focus()")
    page.call("Input.insertText", text="SOHNE resell")
    assert [name for name in page.value(SHOWN) if "Söhne" in name] == page.value(SHOWN) != []
    assert page.value("document.getElementById('count').textContent") == "1 of 7 partners"
    page.value("document.getElementById('wanted').value = ''")
    page.call("Input.insertText", text="nobody of that name")
    assert page.value(SHOWN) == []
    assert page.value("document.getElementById('count').textContent") == "No partner found."
    assert page.value("document.getElementById('count').getAttribute('role')") == "status"


def test_a_deal_opens_by_keyboard(page: Page, folder: Path) -> None:
    """Enter on a deal's line opens its touchpoints and the arithmetic of its credit."""
    page.open(folder / "P1.html")
    page.value("document.querySelector('#deal-1 summary').focus()")
    assert page.value("document.getElementById('deal-1').open") is False
    page.press("Enter")
    assert page.value("document.getElementById('deal-1').open") is True
    assert page.value("document.getElementById('deal-1-touches').offsetHeight") > 0


def test_paper_gets_a_pack_with_a_cover_and_the_deals_of_the_period(page: Page, folder: Path) -> None:
    """On paper are a cover, every section, the deals closed in the period opened, and none of the others."""
    page.open(folder / "P1.html")
    page.value("document.documentElement.dataset.theme = 'dark'")
    page.call("Emulation.setEmulatedMedia", media="print")
    shown = "document.querySelector('{0}').offsetParent !== null"
    assert page.value(shown.format(".cover .name"))
    assert not page.value("document.querySelector('.way').offsetParent !== null")
    others = "Array.from(document.querySelectorAll('details:not(.of-period)'), one => one.offsetHeight)"
    assert set(page.value(others)) == {0}
    assert page.value("document.querySelectorAll('details.of-period').length") > 0
    inside = "Array.from(document.querySelectorAll('details.of-period table'), one => one.offsetHeight)"
    page.value("dispatchEvent(new Event('beforeprint'))")
    assert min(page.value(inside)) > 0
    page.value("dispatchEvent(new Event('afterprint'))")
    assert page.value("document.querySelectorAll('details[open]').length") == 0
    page.call("Emulation.setEmulatedMedia", media="")
    printed = base64.b64decode(page.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert printed.startswith(b"%PDF")
    assert printed.count(b"/Type /Page\n") >= 4
