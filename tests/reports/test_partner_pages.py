"""A partner's page holds that partner's data, all of it and nobody else's, and opens from disk as it is."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from lxml import html as lxml_html

from reports import render
from reports.figures import clean_name
from reports.marts import Marts
from reports.partner_pages import MARK, addresses
from tests.reports.facts import Facts, deal, rich_facts, touch
from tests.reports.hostile_programme import IDS, LOUD, hostile_facts
from tests.reports.marts_file import build_marts, open_marts
from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]
Page = lxml_html.HtmlElement


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """The marts of the hostile programme and the folder of its report."""
    folder = tmp_path_factory.mktemp("hostile")
    with open_marts(build_marts(folder / "m.duckdb", hostile_facts())) as con:
        render(con, folder)
        yield con, folder


def page_at(path: Path) -> Page:
    return lxml_html.document_fromstring(path.read_text(encoding="utf-8"))


def words_of(page: Page) -> str:
    """Everything on a page that a reader could come upon, its title, hints and addresses among it."""
    shown = page.xpath("//title/text() | //body//text()[not(ancestor::script)] | //@title | //@href | //@content")
    return " ".join(" ".join(shown).split())


def pages_of(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, Page]:
    """Each partner's page by partner_id."""
    return {key: page_at(folder / address) for key, address in addresses(Marts(con)).items()}


def printed_numbers(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, set[str]]:
    """Amounts over a hundred as they are printed, by the key in the first column."""
    found: dict[str, set[str]] = {}
    for key, *values in con.execute(query).fetchall():
        found.setdefault(str(key), set()).update(
            f"{value:,.2f}" for value in values if value is not None and value > 100
        )
    return found


def test_no_other_partner_s_name_or_id_is_on_a_page(hostile: tuple[duckdb.DuckDBPyConnection, Path]) -> None:
    """Though every deal, account, note and reason names everybody, a page names its own partner alone."""
    con, folder = hostile
    names = {
        key: clean_name(name)
        for key, name in con.execute("select partner_id, partner_name from marts.marts.dim_partner").fetchall()
    }
    pages = pages_of(con, folder)
    assert len(pages) == len(IDS)
    for key, page in pages.items():
        told = words_of(page)
        assert names[key] in told
        assert "[another partner]" in told or not page.xpath("//details")
        assert "were taken out of texts from the CRM" in told or not page.xpath("//details")
        for other, name in names.items():
            if other != key:
                assert name.casefold() not in told.casefold(), (key, other)
                assert other not in told or len(other) < 5, (key, other)
        assert key == IDS["P1"] or "northwind traders" not in told.casefold(), "a name without its legal form is a name"
    assert LOUD in words_of(pages[IDS["P1"]])


def test_no_other_partner_s_amount_is_on_a_page(hostile: tuple[duckdb.DuckDBPyConnection, Path]) -> None:
    """Credits of others and totals of the programme are on no page, unless the partner's own figures are the same."""
    con, folder = hostile
    earned = "select partner_id, credit_amount, avg_credit from marts.marts.mart_partner_influence"
    credits = "select partner_id, credit_amount from marts.marts.fct_touchpoint_credit"
    known = """
        select distinct touch.partner_id, deal.amount
        from marts.marts.fct_touchpoint as touch join marts.marts.dim_deal as deal using (deal_id)
    """
    totals = """
        select 'all', total_revenue, partner_involved_revenue, sourced_revenue, influenced_revenue, booked_revenue
        from marts.marts.mart_executive_summary where period_grain <> 'month'
    """
    theirs: dict[str, set[str]] = {"all": printed_numbers(con, totals)["all"]}
    own: dict[str, set[str]] = {}
    for query in (earned, credits):
        for key, amounts in printed_numbers(con, query).items():
            theirs.setdefault(key, set()).update(amounts)
            own.setdefault(key, set()).update(amounts)
    floors = "select partner_id, credit_amount - 0.01 from marts.marts.fct_touchpoint_credit where remainder_cents = 1"
    for key, amounts in [*printed_numbers(con, known).items(), *printed_numbers(con, floors).items()]:
        own.setdefault(key, set()).update(amounts)
    checked = 0
    for key, page in pages_of(con, folder).items():
        shown = set(re.findall(r"\d[\d,]*\.\d\d(?!\d)", words_of(page)))
        foreign = set().union(*(amounts for other, amounts in theirs.items() if other != key)) - own.get(key, set())
        checked += len(foreign)
        assert shown & foreign == set(), key
    assert checked > 500


def test_every_partner_has_its_page_and_the_index_leads_there(hostile: tuple[duckdb.DuckDBPyConnection, Path]) -> None:
    """Whatever an id holds, its page lies in the folder, and both the index and the report's table lead to it."""
    con, folder = hostile
    found = {path.name for path in (folder / "partners").iterdir()}
    index = page_at(folder / "partners" / "index.html")
    linked = {link.get("href"): link.text_content() for link in index.xpath("//table//a")}
    assert set(linked) | {"index.html"} == found
    assert sorted(linked.values()) == sorted(
        clean_name(name) for (name,) in con.execute("select partner_name from marts.marts.dim_partner").fetchall()
    )
    led = page_at(folder / "report.html").xpath("//table[@id='partner-table']//a/@href")
    assert led
    assert all((folder / address).is_file() for address in led)


def test_credit_is_the_marts_under_every_model_and_period(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """Each cell of the credit table is mart_partner_influence's, and a missing row reads as no credit."""
    page = page_at(reports_of("rich").files.partner_index.parent / "P1.html")
    (table,) = page.xpath("//table[@id='credit-by-quarter']")
    labels = [" ".join(head.text_content().split()) for head in table.xpath("./thead//th")][1:]
    expected = rich.execute(
        """
        select model, period_label, credit_amount from marts.marts.mart_partner_influence
        where partner_id = 'P1' and period_grain = 'quarter'
        """
    ).fetchall()
    held = {(model, label): credit for model, label, credit in expected}
    models = ["position_based", "linear", "first_touch", "influence_weighted", "participation"]
    assert labels == ["2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3"]
    rows = table.xpath("./tbody/tr")
    assert len(rows) == len(models)
    for row, model in zip(rows, models, strict=True):
        told = [" ".join(cell.text_content().split()) for cell in row.xpath("./td")]
        credits = [held.get((model, label), 0) for label in labels]
        assert told == [f"{credit:,.2f}" if credit else "no credit" for credit in credits]


def test_arithmetic_of_each_credit_adds_up(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """Floor and cent make the credit, the share of what is divided makes the raw amount, and credits are the mart's."""
    page = page_at(reports_of("rich").files.partner_index.parent / "P1.html")
    expected = rich.execute(
        """
        select credit_amount from marts.marts.fct_touchpoint_credit
        where partner_id = 'P1' and model = 'position_based' order by credit_amount
        """
    ).fetchall()
    told = []
    for table in page.xpath("//details//table[contains(@id, '-credit')]"):
        divided = float(re.sub(r"[^\d.]", "", table.xpath("string(caption)").rsplit("USD", 1)[1]))
        for row in table.xpath("./tbody/tr"):
            _, _, share, raw, floor, cent, credit = (cell.text_content().replace(",", "") for cell in row)
            assert float(floor) + float(cent) == pytest.approx(float(credit), abs=1e-9)
            assert float(share.rstrip("%")) / 100 * divided == pytest.approx(float(raw), abs=1e-6 * divided + 1e-6)
            told.append(float(credit))
    assert len(told) > 5
    assert sorted(told) == pytest.approx([float(credit) for (credit,) in expected])


def test_each_touchpoint_is_there_with_its_reason(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """Every candidate of the partner stands on its page, kept or left out, and one left out says why."""
    page = page_at(reports_of("rich").files.partner_index.parent / "P1.html")
    kept, left = rich.execute(
        """
        select count(*) filter (is_eligible), count(*) filter (not is_eligible)
        from marts.marts.fct_touchpoint where partner_id = 'P1'
        """
    ).fetchall()[0]
    cells = page.xpath("//table[contains(@id, '-touches')]/tbody/tr/td[2]")
    told = ["".join(cell.xpath("./text()")).strip() for cell in cells]
    assert (told.count("yes"), told.count("no")) == (kept, left)
    assert left > 0
    reasons = [cell.text_content() for cell, verdict in zip(cells, told, strict=True) if verdict == "no"]
    assert all(re.search(r"\(rule [5-8]\)", reason) for reason in reasons)


def test_pages_load_nothing_and_run_only_their_own_script(hostile: tuple[duckdb.DuckDBPyConnection, Path]) -> None:
    """No page holds markup from a name, an inline style or a source; links lead to other pages of the report alone."""
    con, folder = hostile
    for page in [*pages_of(con, folder).values(), page_at(folder / "partners" / "index.html")]:
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert page.xpath("//@src|//@style|//@onclick|//img|//b|//link|//iframe|//script[contains(., 'alert(')]") == []
        assert all(
            re.fullmatch(r"#[\w-]+|\.\./report\.html(#\w+)?|[\w.~-]+\.html", link) for link in page.xpath("//@href")
        )
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert set(page.xpath("//@aria-labelledby")) <= set(ids)
        levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3")]
        assert levels.count(1) == 1
        assert len(lxml_html.tostring(page)) < 400_000, "a light page, without the report's libraries"


@pytest.mark.parametrize("scenario", ["bare", "direct", "lost_only", "nothing_closed", "one_deal"])
def test_little_data_makes_words(reports_of: Reports, scenario: str) -> None:
    """Without deals, costs or activities a page speaks in words: no broken number, no empty section."""
    for path in sorted(reports_of(scenario).files.partner_index.parent.glob("*.html")):
        page = page_at(path)
        assert not re.search(r"\b(?:nan|inf|None type|null|undefined)\b", words_of(page))
        for section in page.xpath("//main/section"):
            assert len(" ".join(section.text_content().split())) > 30, (path.name, section.get("id"))
    if scenario == "bare":
        page = page_at(reports_of(scenario).files.partner_index.parent / "P1.html")
        assert "not available: no partner_investments data" in words_of(page)


def test_what_is_usual_in_the_next_tier_is_told_of_many_alone(tmp_path: Path) -> None:
    """With five gold partners a silver one reads their rounded median, and what the policy does not say is said."""
    facts = rich_facts()
    many = {f"P{number}": f"Partner number {number}" for number in range(1, 26)}  # every fifth is gold, from the second
    won = [deal(500 + n, facts.as_of.date().replace(month=8), f"{n}0000.00", "influenced") for n in range(2, 25, 5)]
    touches = [touch(row, 1, f"P{number}", "co_sell", 0.5) for row, number in zip(won, range(2, 25, 5), strict=True)]
    con_file = build_marts(tmp_path / "m.duckdb", Facts(many, won, touches))
    with open_marts(con_file) as con:
        folder = render(con, tmp_path).partner_index.parent
    silver, bronze = (page_at(folder / f"P{number}.html") for number in (3, 4))
    told = silver.xpath("string(//section[@id='tier'])")
    assert "The next is Gold, which 5 partners have" in told
    assert "sets no requirement" in told
    assert "about 120,000" in told.replace("\u00a0", " ")
    assert "Silver" in bronze.xpath("string(//section[@id='tier'])")


def test_pages_of_partners_that_are_gone_are_removed_and_no_other_file(
    rich: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """An old page of ours goes, a person's own file in the same folder stays."""
    folder = tmp_path / "partners"
    folder.mkdir()
    (folder / "gone.html").write_text(f"<!doctype html><head>{MARK}</head>")
    (folder / "mine.html").write_text("<!doctype html><p>my notes</p>")
    (folder / "mine.txt").write_text("my notes")
    render(rich, tmp_path)
    assert not (folder / "gone.html").exists()
    assert (folder / "mine.html").read_text() == "<!doctype html><p>my notes</p>"
    assert (folder / "mine.txt").exists()
