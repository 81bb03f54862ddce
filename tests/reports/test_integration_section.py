"""The report tells what integrations go along with, on how many deals, and that it proves no cause."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from reports import render
from tests.reports.facts import NASTY
from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]


def test_all_integrations_come_first_with_both_rates_and_the_lift(reports_of: Reports) -> None:
    """Both win rates, the lift with its interval, and that an interval with zero in it shows no difference."""
    told = reports_of("rich").section_text("integrations")
    assert "Of all 40 decided deals whose account had an integration when the deal began 42.5% were won" in told
    assert "of those without one 25.0%" in told
    assert "the lift is 10.5 points, between minus 2.2 points and 24.4 points. The interval holds zero" in told
    assert "2 decided deals without an account or a time of creation" in told
    assert "It proves no cause" in told


def test_each_integration_stands_with_its_partner_its_n_and_its_revenue(reports_of: Reports) -> None:
    """Names from the CRM stay text; where no deal is alike there is no lift; small samples are marked."""
    report = reports_of("rich")
    every, sync, formula = report.table("integration-table")
    assert every[0] == "Any integration"
    assert sync[0] == f"Sync <b>&</b> Go|{NASTY['P2']}"
    assert sync[1].startswith("40.0%|12 of 30, ")
    assert sync[3:] == ["18.3 points", "4.1 points to 33.1 points", "1,234.56"]
    assert formula[0] == "=Formula"
    assert formula[3] == "none alike"
    marks = report.page.xpath("//table[@id='integration-table']//span[@class='mark']/text()")
    assert marks == ["small sample"]
    ((partner, *_),) = report.table("integration-partner-table")
    assert partner == NASTY["P2"]


def test_partners_with_one_integration_each_are_not_told_twice(marts_files: dict[str, Path], tmp_path: Path) -> None:
    """Where the partners' rows would be those of the integrations again, there is one table."""
    with duckdb.connect() as con:
        copy = tmp_path / "marts.duckdb"
        copy.write_bytes(marts_files["rich"].read_bytes())
        con.execute(f"attach '{copy}' as marts")
        con.execute("delete from marts.marts.mart_integration_impact where subject = '=Formula'")
        report = Rendered(render(con, tmp_path / "report"))
    assert len(report.table("integration-table")) == 2
    assert report.table("integration-partner-table") == []


def test_the_period_has_a_table_of_its_own(reports_of: Reports) -> None:
    """The quarter's one deal is shown as what it is, a small sample."""
    ((subject, rate, *_),) = reports_of("rich").table("integration-period-table")
    assert subject == "Any integration"
    assert rate.startswith("100.0%|1 of 1, ")


def test_without_integrations_the_section_says_so(reports_of: Reports) -> None:
    """Not delivered and none in place read differently, and neither shows a number."""
    assert "not available: no account_integrations data" in reports_of("bare").section_text("integrations")
    assert "No decided deal had an integration" in reports_of("direct").section_text("integrations")
    for scenario in ("bare", "direct"):
        assert reports_of(scenario).table("integration-table") == []
