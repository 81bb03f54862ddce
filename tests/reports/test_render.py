"""What is rendered on request: the period and model asked for, or a clear refusal; and the old report stays whole."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from attribution_models.errors import BadInput
from reports import render
from tests.reports.facts import Facts, deal, rich_facts
from tests.reports.marts_file import build_marts, open_marts
from tests.reports.reading import Rendered


def test_default_is_the_last_quarter_that_has_ended_with_deals(rich: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Without a wish the report is about the last ended quarter, not about the one that has just begun."""
    assert render(rich, tmp_path).period == "2026-Q3"


def test_without_an_ended_quarter_the_newest_one_is_told(tmp_path: Path) -> None:
    """Where only the running quarter has deals, the report is about that one and says that it has not ended."""
    facts = rich_facts()
    running = deal(1, facts.as_of.date(), "5000.00", "direct")
    marts_file = build_marts(tmp_path / "m.duckdb", Facts(facts.partners, [running]))
    with open_marts(marts_file) as con:
        rendered = render(con, tmp_path)
    assert rendered.period == "2026-Q4"
    assert "has not ended" in Rendered(rendered).section_text("summary")
    assert "not yet ended" in Rendered(rendered).markdown


@pytest.mark.parametrize(
    ("wanted", "label"),
    [("2026-Q2", "2026-Q2"), ("2026q2", "2026-Q2"), ("2025", "2025"), ("FY2025", "2025"), ("2025-11", "2025-11")],
)
def test_periods_are_found_as_people_write_them(
    rich: duckdb.DuckDBPyConnection, tmp_path: Path, wanted: str, label: str
) -> None:
    """Months, quarters and years are found by their label, in capitals or not, with or without FY."""
    rendered = render(rich, tmp_path, period=wanted)
    assert rendered.period == label
    assert f"<title>Partner influenced revenue, {label}</title>" in rendered.html.read_text()


def test_another_model_changes_credit_and_not_revenue(rich: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A report under another model has that model's credits and name, and the same headline revenue."""
    primary = Rendered(render(rich, tmp_path / "a"))
    other = Rendered(render(rich, tmp_path / "b", model="first-touch"))
    assert other.files.model == "first_touch"
    assert "First touch" in other.page.xpath("string(//header)")
    assert primary.table("summary-table") == other.table("summary-table")
    assert primary.table("partner-table") != other.table("partner-table")
    ((expected,),) = rich.execute(
        """
        select max(credit_amount) from marts.marts.mart_partner_influence
        where period_grain = 'quarter' and period_label = '2026-Q3' and model = 'first_touch'
        """
    ).fetchall()
    assert other.table("partner-table")[0][1].startswith(f"{expected:,.2f}|")


def test_a_model_that_credits_money_twice_is_not_added_up(rich: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Under participation there is no breakdown by type or tier, and partners carry a warning."""
    report = Rendered(render(rich, tmp_path, model="participation"))
    assert "can't be added up" in report.section_text("influence-types")
    assert "can't be added up" in report.section_text("tiers")
    assert "don't add these up" in report.section_text("partners")


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        ({"period": "2031-Q1"}, "quarters 2024-Q2 to 2026-Q4"),
        ({"period": "last week"}, "years 2024 to 2026"),
        ({"model": "magic"}, "linear, first_touch, position_based"),
        ({"model": "markov"}, "200 are needed"),
    ],
)
def test_what_is_not_in_the_marts_is_refused_by_name(
    rich: duckdb.DuckDBPyConnection, tmp_path: Path, wish: dict[str, str], named: str
) -> None:
    """An unknown period or model, or one without credit, is refused with what there is instead; nothing is written."""
    with pytest.raises(BadInput, match=named):
        render(rich, tmp_path / "out", **wish)
    assert not (tmp_path / "out").exists()


def test_marts_that_were_never_published_say_so(tmp_path: Path) -> None:
    """A database without marts is bad input, not a crash."""
    con = duckdb.connect()
    con.execute("attach ':memory:' as marts")
    con.execute("create schema marts.marts")
    with pytest.raises(BadInput, match="pir run"):
        render(con, tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("drop table marts.marts.mart_trend", "mart_trend"),
        ("alter table marts.marts.mart_revenue_movement drop column base_start", "base_start"),
        ("alter table marts.marts.dim_deal drop column expected_close_at", "expected_close_at"),
    ],
)
def test_marts_of_an_earlier_version_are_to_be_published_anew(
    marts_files: dict[str, Path], tmp_path: Path, change: str, named: str
) -> None:
    """Marts without a table or column that the report reads are bad input with a way out; nothing is written."""
    old = tmp_path / "marts.duckdb"
    shutil.copy(marts_files["rich"], old)
    with duckdb.connect() as con:
        con.execute(f"attach '{old}' as marts")
        con.execute(change)
        with pytest.raises(BadInput, match=rf"(?s)this version of pir reads .*{named}.*Publish them anew"):
            render(con, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_marts_opened_directly_or_attached_give_the_same_report(marts_files: dict[str, Path], tmp_path: Path) -> None:
    """A marts.duckdb that is opened itself, where catalog and schema share a name, renders as an attached one does."""
    direct = tmp_path / "marts.duckdb"
    direct.write_bytes(marts_files["rich"].read_bytes())
    with duckdb.connect(str(direct), read_only=True) as con:
        one = render(con, tmp_path / "direct")
    with open_marts(marts_files["rich"]) as con:
        other = render(con, tmp_path / "attached")
    assert one.html.read_bytes() == other.html.read_bytes()
    assert one.markdown.read_bytes() == other.markdown.read_bytes()


def test_a_report_that_can_not_be_written_leaves_the_old_one(rich: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Where the second file can't be written, the first one is not replaced either, and no part-written file stays."""
    (tmp_path / "report.html").write_text("yesterday")
    (tmp_path / ".report.md.partial").mkdir()
    with pytest.raises(BadInput, match="untouched"):
        render(rich, tmp_path)
    assert (tmp_path / "report.html").read_text() == "yesterday"
    assert not (tmp_path / ".report.html.partial").exists()


def test_rendering_leaves_the_connection_as_it_was(
    marts: Callable[[str], duckdb.DuckDBPyConnection], tmp_path: Path
) -> None:
    """Rendering neither writes to the marts nor changes the caller's search path."""
    con = marts("one_deal")
    before = con.execute("select current_setting('search_path')").fetchall()
    render(con, tmp_path)
    assert con.execute("select current_setting('search_path')").fetchall() == before
