"""What is behind a figure: the deals that a page opens for it are those that make it up, for every one that opens."""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import duckdb
import pytest

from reports.deals import deals_of, newest
from reports.html_format import deals_block
from reports.marts import Marts
from reports.report import scope_of
from reports.variants import offered_periods
from tests.reports.browser import Page, browser
from tests.reports.opened import OPEN_ALL, OPENED, adds_up
from tests.reports.reading import Rendered
from tests.reports.test_choice import choose

Reports = Callable[[str], Rendered]
MADE_UP = {
    "acquisition-cost-table", "integration-partner-table", "integration-period-table", "integration-table",
    "metrics-table", "pipeline-table", "recommendation-table", "year-metrics-table",
}  # fmt: skip
"""Tables whose figures are not those of the small programme's deals; a whole run shows that theirs add up, too."""


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    with browser(chromium) as opened:
        yield opened


@pytest.mark.parametrize(("period", "model"), [("", ""), ("2025", "first_touch"), ("2026-08", "participation")])
def test_every_figure_opens_what_makes_it_up(page: Page, reports_of: Reports, period: str, model: str) -> None:
    """Each figure that opens shows deals whose credits, amounts or number are that figure, in any period and model."""
    page.open_ready(reports_of("rich").files.html)
    if period:
        choose(page, period=period, model=model)
    told = page.value(OPEN_ALL)
    assert len(told) > 60
    assert {one["asked"].split("&")[0] for one in told} >= {
        f"deals={kind}" for kind in ("revenue", "decided", "credit")
    }
    wrong = [one for one in told if one["table"] not in MADE_UP and not adds_up(one)]
    assert wrong == [], [(one["table"], one["asked"], one["text"], one["note"], len(one["rows"])) for one in wrong]
    assert page.complaints == []


def test_deals_open_by_keyboard(page: Page, reports_of: Reports) -> None:
    """Without a mouse a figure opens its deals, they filter and sort, one opens its touchpoints, Escape goes back."""
    page.open_ready(reports_of("rich").files.html)
    page.value("document.querySelector('#partner-table tbody .drill').focus()")
    page.press("Enter")
    page.until("document.querySelector('#behind-table .tabulator-row') !== null")
    assert page.value("document.activeElement.id") == "behind-title"
    page.press("Tab")
    page.press("Tab")
    assert page.value("document.activeElement.id") == "behind-filter"
    rows = page.value("document.querySelectorAll('#behind-table .tabulator-row').length")
    page.call("Input.insertText", text="influenced, not")
    page.until(f"document.querySelectorAll('#behind-table .tabulator-row').length < {rows}")
    page.value("document.getElementById('behind-filter').select()")
    page.call("Input.insertText", text=" ")
    page.until(f"document.querySelectorAll('#behind-table .tabulator-row').length === {rows}")
    page.press("Tab")
    page.press("Enter")
    assert page.value("document.activeElement.closest('[role=columnheader]').getAttribute('aria-sort')") == "ascending"
    page.value("document.querySelector('#behind-table .tabulator-row .drill').focus()")
    page.press("Enter")
    assert page.value("document.activeElement.textContent").startswith("Deal ")
    assert page.value("document.querySelectorAll('#behind-touches tbody tr').length") >= 1
    page.press("Escape")
    page.until("!document.getElementById('behind').open")
    assert page.value("document.activeElement.closest('[data-behind]').closest('table').id") == "partner-table"
    assert page.complaints == []


def test_touchpoints_of_a_deal_add_up_to_it(page: Page, reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """A deal's touchpoints are the fact's, with the credit of each under the chosen model, which fills the deal."""
    page.open_ready(reports_of("rich").files.html)
    page.value("document.querySelector('#summary-table [data-behind*=sourced] .drill').click()")
    page.until("document.querySelector('#behind-table .tabulator-row') !== null")
    (deal, name) = page.value(f"(row => [row.id, row.deal])({OPENED}.getRows('active')[0].getData())")
    page.value("document.querySelector('#behind-table .tabulator-row .drill').click()")
    rows = "document.querySelectorAll('#behind-touches tbody tr')"
    shown = page.value(f"Array.from({rows}, row => Array.from(row.cells, cell => cell.textContent))")
    expected = rich.execute(
        """
        select touch.position, partner_name, credit.credit_amount from marts.marts.fct_touchpoint as touch
        inner join marts.marts.fct_touchpoint_credit as credit using (touchpoint_id)
        inner join marts.marts.dim_partner as partner on touch.partner_id = partner.partner_id
        where touch.deal_id = ? and credit.model = 'position_based' order by touch.position
        """,
        [deal],
    ).fetchall()
    assert [(row[0], row[6]) for row in shown] == [(str(place), f"{credit:,.2f}") for place, _, credit in expected]
    assert name in page.value("document.getElementById('behind-deal').textContent")
    assert f"pir explain deal {deal}" in page.value("document.getElementById('behind-deal').textContent")


def test_hostile_names_stay_text_in_the_dialog(page: Page, reports_of: Reports) -> None:
    """Names of deals, accounts and partners that hold markup appear as they are written."""
    page.open_ready(reports_of("rich").files.html)
    page.value("document.querySelector('#trend-revenue-table [data-behind] .drill').click()")
    page.until("document.querySelector('#behind-table .tabulator-row') !== null")
    assert "<b>bold</b>" in page.value("document.querySelector('#behind-table .tabulator-row').textContent")
    assert page.value("document.querySelectorAll('#behind b, #behind img, #behind script').length") == 0


def test_what_has_no_room_is_left_out_in_whole_days_and_told(rich: duckdb.DuckDBPyConnection) -> None:
    """A block over its size loses its oldest deals in whole days, keeps what belongs to the rest, and says so."""
    scope = scope_of(Marts(rich), None, None)
    held = deals_of(scope, offered_periods(scope))
    whole = deals_block(held)
    cut = json.loads(gzip.decompress(base64.b64decode(deals_block(held, int(len(whole) * 0.6)))))
    kept = len(cut["names"])
    assert 0 < kept < len(held.deals) == cut["total"]
    assert cut["left"] == held.deals[kept]["close_date"].isoformat() < cut["deals"]["closed"][-1]
    assert [name[0] for name in cut["names"]] == [deal["deal_id"] for deal in held.deals[:kept]]
    assert max(cut["touches"]["deal"]) < kept
    assert json.loads(gzip.decompress(base64.b64decode(whole)))["left"] is None


def test_a_cut_inside_a_day_leaves_the_whole_day_out(rich: duckdb.DuckDBPyConnection) -> None:
    """Of two deals of one day, both are held or neither."""
    scope = scope_of(Marts(rich), None, None)
    held = deals_of(scope, offered_periods(scope))
    doubled = replace(held, deals=[deal for deal in held.deals for _ in range(2)])
    assert len(newest(doubled, 7)["names"]) == 6
    assert newest(doubled, 7)["left"] == held.deals[3]["close_date"].isoformat()


def test_nothing_closed_has_nothing_behind(reports_of: Reports) -> None:
    """A programme without a closed deal has a page without anything to open."""
    block = json.loads(reports_of("nothing_closed").block("deals"))
    assert block["names"] == []
    assert reports_of("nothing_closed").page.xpath("//@data-behind") == []
