"""The period and model can be changed inside the file: by mouse or keyboard, in one page, with a link that keeps it."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import duckdb
import pytest

from reports.html_format import to_html
from reports.marts import Marts
from reports.period import all_periods
from reports.report import gather, scope_of
from reports.sections import SECTIONS
from reports.variants import OFFERED, variants_of
from tests.reports.browser import Page, browser
from tests.reports.reading import Rendered

GLOSSARY = "methodology-definitions"  # what the figures shown first mean, whatever is chosen
Reports = Callable[[str], Rendered]
MARKUP = "Array.from(document.querySelectorAll('main > section'), one => one.innerHTML)"


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    with browser(chromium) as opened:
        yield opened


def choose(page: Page, **wanted: str) -> None:
    """Choose in the menus as a reader does."""
    for name, value in wanted.items():
        page.value(
            f"(() => {{ const menu = document.getElementById('choose-{name}'); menu.value = '{value}'; "
            "menu.dispatchEvent(new Event('change', { bubbles: true })); })()"
        )
        page.until(f"location.hash.includes('{value}') && document.getElementById('told').textContent !== ''")


def table(page: Page, table_id: str) -> list[list[str]]:
    """Each row's cells as words, without what is beneath them."""
    value = "Array.from(cell.childNodes).filter(n => !n.matches?.('.note, ul, .mark')).map(n => n.textContent).join('')"
    cell = f"cell => {value}.trim().replace(/\\s+/g, ' ')"
    rows = f"Array.from(document.querySelectorAll('#{table_id} tbody tr'), row => Array.from(row.cells, {cell}))"
    return page.value(rows)


def plain(markup: str) -> str:
    """Markup without what scripts add and without spaces between tags."""
    unbuttoned = re.sub(r"</?button[^>]*>|<div [^>]*class=\"drawing\".*?</svg></div></div>", "", markup)
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", unbuttoned)).strip()


def test_the_script_builds_what_the_template_builds(page: Page, reports_of: Reports) -> None:
    """A section that was left and come back to is the one that was there, to the letter, so the two never part."""
    page.open_ready(reports_of("rich").files.html)
    before = [plain(one) for one in page.value(MARKUP)]
    choose(page, period="2026-Q2", model="linear")
    assert [plain(one) for one in page.value(MARKUP)] != before
    choose(page, period="2026-Q3", model="position_based")
    assert [plain(one) for one in page.value(MARKUP)] == before


@pytest.mark.parametrize(
    ("period", "model"), [("2026-Q2", "first_touch"), ("2025", "linear"), ("2026-08", "participation")]
)
def test_a_choice_shows_what_a_report_about_it_shows(
    page: Page, reports_of: Reports, rich: duckdb.DuckDBPyConnection, period: str, model: str
) -> None:
    """After a choice every section reads as in the report that is rendered for that period and model."""
    page.open_ready(reports_of("rich").files.html)
    choose(page, period=period, model=model)
    report = gather(scope_of(Marts(rich), period, model))
    assert page.value("document.title") == report.title
    assert page.value("document.getElementById('subtitle').textContent") == report.subtitle
    for wanted in (one for section in report.sections for one in section.tables if one.rows and one.id != GLOSSARY):
        assert table(page, wanted.id) == [[row[column.key].text for column in wanted.columns] for row in wanted.rows]
    assert page.complaints == []


def test_a_link_keeps_the_choice(page: Page, reports_of: Reports) -> None:
    """The address names period and model; opened anew, or after going back, the page shows them again."""
    page.open_ready(reports_of("rich").files.html)
    choose(page, period="2026-Q1", model="linear")
    assert page.value("location.hash") == "#period=2026-Q1&model=linear"
    page.value("document.querySelector('.sections a[href=\"#partners\"]').click()")
    assert page.value("location.hash") == "#period=2026-Q1&model=linear&at=partners"
    page.reload()
    assert page.value("document.title").endswith("2026-Q1")
    assert page.value("document.getElementById('choose-model').value") == "linear"
    page.value("history.go(-3)")
    page.until("document.title.endsWith('2026-Q3')")


def test_an_address_that_names_nothing_on_offer_shows_the_first(page: Page, reports_of: Reports) -> None:
    """A period or model that the file does not hold leaves the page as it is."""
    page.open_ready(reports_of("rich").files.html)
    page.value("location.hash = 'period=1999&model=<b>'")
    page.value("new Promise(done => setTimeout(done, 50))")
    assert page.value("document.title").endswith("2026-Q3")
    assert page.complaints == []


def test_menus_work_by_keyboard(page: Page, reports_of: Reports) -> None:
    """The menus are the browser's own, with labels; a focused one changes the page by a key."""
    page.open_ready(reports_of("rich").files.html)
    page.value("document.getElementById('choose-period').focus()")
    page.press("ArrowDown")
    page.until("document.title.endsWith('2026-Q2')")
    assert page.value("document.activeElement.id") == "choose-period"
    assert page.value("document.activeElement.labels[0].textContent.trim().startsWith('Period')")
    assert page.value("document.getElementById('told').textContent") == "Now showing 2026-Q2, Position based, primary."


def test_the_newest_periods_of_each_grain_are_on_offer(reports_of: Reports) -> None:
    """Eight quarters, twelve months and three years can be chosen, newest first, and every model that gave credit."""
    content = json.loads(reports_of("rich").block("content"))
    groups = [choice["group"] for choice in content["periods"]]
    assert {group: groups.count(group) for group in groups} == {"Quarters": 8, "Months": 12, "Years": 3}
    assert OFFERED == {"quarter": 8, "month": 12, "year": 3}
    assert content["periods"][0]["key"] == "2026-Q4"
    assert {choice["key"] for choice in content["models"]} == {
        "linear", "first_touch", "position_based", "influence_weighted", "participation",
    }  # fmt: skip
    assert content["first"] == ["2026-Q3", "position_based"]


def test_a_period_that_is_not_on_offer_can_still_be_the_report_s(rich: duckdb.DuckDBPyConnection) -> None:
    """A report about an old quarter offers that quarter beside the newest ones."""
    scope = scope_of(Marts(rich), "2024-Q2", None)
    variants = variants_of(scope, gather(scope))
    assert variants.first == ("2024-Q2", "position_based")
    assert "2024-Q2" in [choice.key for choice in variants.periods]
    assert "2024-Q2" in to_html(gather(scope), variants)


def test_each_section_is_held_for_what_it_changes_with(rich: duckdb.DuckDBPyConnection) -> None:
    """A section has one content per period or model that it declares, no more, and the report's own is the first's."""
    scope = scope_of(Marts(rich), None, None)
    report = gather(scope)
    variants = variants_of(scope, report)
    for part, variant, shown in zip(SECTIONS, variants.sections, report.sections, strict=True):
        periods = len(variants.periods) if part.by_period else 1
        models = len(variants.models) if part.by_model else 1
        assert len(variant.contents) == periods * models
        own = (variants.first[0] if part.by_period else "", variants.first[1] if part.by_model else "")
        assert variant.contents[own] == shown
    other = replace(scope, period=next(one for one in all_periods(scope.marts) if one.label == "2025-11"))
    assert variants.sections[0].contents[("2025-11", "")] == SECTIONS[0].render(other)
