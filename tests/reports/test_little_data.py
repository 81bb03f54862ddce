"""With little or no data the report speaks in words: no errors, no infinities, and no zeros for what isn't known."""

import re
from collections.abc import Callable

import pytest

from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]


def test_no_number_is_broken(every_report: Rendered) -> None:
    """No format shows nan, inf, None or a null, whatever the data."""
    broken = re.findall(r"\b(?:nan|inf|infinity|none?type|null|undefined|None\.)\b", every_report.visible_words())
    assert broken == []
    assert not re.search(r"[{]\w+[}]", every_report.section_text("methodology"))


def test_nothing_closed_yet(reports_of: Reports) -> None:
    """With one open deal there is no period: every section says so, and no amount is shown."""
    report = reports_of("nothing_closed")
    assert report.files.period is None
    assert "so there is no revenue to attribute" in report.section_text("summary")
    assert "No quarter has revenue yet" in report.section_text("trend")
    assert not re.search(r"\d\.\d\d\b", report.section_text("summary") + report.section_text("partners"))
    assert "USD 0" not in report.markdown


def test_deals_lost_and_none_won(reports_of: Reports) -> None:
    """In a period with lost deals alone there is no revenue, and the headline says None instead of a zero."""
    report = reports_of("lost_only")
    assert "No deal that counts was won in 2026-Q3" in report.section_text("summary")
    assert "1 deal was lost" in report.section_text("summary")
    assert report.page.xpath("//p[@class='value']/text()") == ["None"] * 4
    assert "0.00" not in report.section_text("summary")
    ((_, credit, *_, rate, _),) = report.table("partner-table")
    assert credit == "no credit"
    assert rate.startswith("0.0%|0 of 1")


def test_deals_without_partners(reports_of: Reports) -> None:
    """Where no partner touched a deal, everything is direct and no partner table pretends otherwise."""
    report = reports_of("direct")
    assert "No partner was involved in any of it" in report.section_text("summary")
    assert "No partner was active" in report.section_text("partners")
    assert "No model gave a partner credit" in report.section_text("models")
    assert "100.0%" in report.section_text("summary")


def test_one_deal_of_one_partner(reports_of: Reports) -> None:
    """A single deal makes a whole report: all of it sourced, its cent included, no earlier period to compare with."""
    report = reports_of("one_deal")
    assert "USD 1,000.01 (100.0%)" in report.section_text("summary")
    assert "1 won deal" in report.section_text("summary")
    assert "1 won deals" not in report.visible_words()
    assert "no earlier period" in report.section_text("summary")
    assert report.table("partner-table")[0][6].startswith("100.0%|1 of 1, ")


@pytest.mark.parametrize(
    "table",
    ["partner_investments", "account_integrations", "deal_registrations", "deal_stage_history", "accounts", "targets"],
)
def test_a_missing_table_is_named_and_never_zero(reports_of: Reports, table: str) -> None:
    """What an undelivered table would tell is not available, in the SPEC's words, in both formats."""
    report = reports_of("bare")
    assert f"not available: no {table} data" in report.section_text("quality")
    assert f"no {table} data" in report.markdown.replace("\\", "")


def test_return_without_costs_is_not_available(reports_of: Reports) -> None:
    """Without partner_investments no partner has a return, and the report says why."""
    report = reports_of("bare")
    assert {row[7] for row in report.table("partner-table")} == {"not available"}
    assert "not available: no partner_investments data" in report.section_text("partners")
    assert {row[7].split("|")[0] for row in reports_of("rich").table("partner-table")} > {"no own cost"}


def test_a_quarter_without_deals_breaks_no_line(reports_of: Reports) -> None:
    """The empty quarter of the trend stands in both tables in words and leaves a gap in the drawing."""
    rows = {row[0]: row for row in reports_of("rich").table("trend-share-table")}
    assert rows["2025-Q2"][1:] == ["no revenue"] * 3 + ["no decided deal"] * 2
