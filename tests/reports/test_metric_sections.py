"""The report holds the programme against its targets and beside the year before, in words where nothing is known."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from reports import render
from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]
METRICS, PIPELINE, REVENUE, YEAR = "metrics-table", "pipeline-table", "year-revenue-table", "year-metrics-table"


def test_each_metric_reads_in_its_unit_with_target_and_result(reports_of: Reports) -> None:
    """Money, share, points, times, hours and counts; met and not met in words; exactly 35% is not above 35%."""
    rows = {row[0]: row[1:] for row in reports_of("rich").table(METRICS)}
    value, target, result, change = rows["Net revenue"]
    assert (value, result, change) == ("USD 120,000.50|12 won deals", "met", "up USD 30,000.25")
    assert target == "at least USD 100,000.00|from the targets table"
    assert rows["Partner-involved share of revenue"][:3] == [
        "35.0%|12 won deals",
        "above 35.0%|from the policy",
        "not met",
    ]
    lift, *_ = rows["Win rate with a partner, above average"]
    assert lift == "12.3 points|minus 2.0 points to 26.0 points; 9 decided deals"
    assert (rows["Programme ROI"][0], rows["Programme ROI"][3]) == ("6.2x|4 sourced deals", "down 0.8x")
    assert rows["Deals tagged by people"][3] == "unchanged"
    hours, limit, *_ = rows["Close to attribution, median"]
    assert hours == "9.5 hours|12 decided deals; 12 of 16 deals: the others closed before"
    assert limit == "at most 12.0 hours|from the targets table"
    assert rows["Active partners"][:3] == ["5", "no target set", "no target"]
    assert rows["Pipeline coverage"][:3] == ["not available: no decided deal", "no target set", "not known"]


def test_the_answer_comes_first(reports_of: Reports) -> None:
    """The section opens with which targets are met and which are not, and says what each metric means."""
    told = reports_of("rich").section_text("metrics")
    assert "Of 6 targets that can be judged in 2026-Q3, 4 are met: net revenue" in told
    assert "Not met: partner-involved share of revenue and deals tagged by people." in told
    assert "What tagged_share means." in told


def test_pipeline_stands_by_quarter_and_category(reports_of: Reports) -> None:
    """Open deals with their amount and coverage; overdue and undated ones are told; no target is told in words."""
    report = reports_of("rich")
    rows = report.table(PIPELINE)
    assert rows[3] == ["2026-Q4|under way", "All", "3|1 overdue", "32,000.01", "10,000.00", "3.2x"]
    assert rows[0][2:4] == ["none", "none"]
    assert rows[7][4:] == ["not available: no targets data"] * 2
    assert "4 open deals without an expected close" in report.section_text("metrics")
    assert "1 open deal should have closed by now" in report.section_text("metrics")


def test_year_on_year_shows_both_years_and_the_change(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """Revenue of both periods is the summary's, metrics that both have stand with their difference."""
    report = reports_of("rich")
    now, before = (
        rich.execute(
            "select total_revenue from marts.marts.mart_executive_summary "
            f"where period_grain = 'quarter' and period_label = '{label}'"
        ).fetchall()[0][0]
        for label in ("2026-Q3", "2025-Q3")
    )
    rows = {row[0]: row[1:] for row in report.table(REVENUE)}
    assert rows["Net revenue"][:2] == [f"{now:,.2f}", f"{before:,.2f}"]
    assert rows["Net revenue"][2] == f"{'up' if now > before else 'down'} {abs(now / before - 1):.1%} on 2025-Q3"
    metrics = {row[0]: row[1:] for row in report.table(YEAR)}
    assert metrics["Programme ROI"] == ["6.2x|4 sourced deals", "7.0x", "down 0.8x"]
    assert metrics["Partner-involved share of revenue"][2] == "up 10.0 points"
    assert "Close to attribution, median" not in metrics


def test_a_period_under_way_is_not_told_as_a_fall(rich: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A quarter that has just begun stands beside the whole of that of last year, and no change is told of it."""
    report = Rendered(render(rich, tmp_path, period="2026-Q4"))
    told = report.section_text("year")
    assert "2026-Q4 has not ended: what it holds so far stands beside the whole of 2025-Q4." in told
    assert "Net revenue of 2026-Q4" not in told


def test_little_data_reads_in_words(reports_of: Reports) -> None:
    """Without a year before, without a period and without anything to judge the sections say so."""
    assert "no period a year before 2026-Q3" in reports_of("one_deal").section_text("year")
    assert "no period to measure the programme by" in reports_of("nothing_closed").section_text("metrics")
    bare = reports_of("bare")
    assert "Nothing that has a target can be judged in 2026-Q3" in bare.section_text("metrics")
    assert {row[1] for row in bare.table(METRICS)} == {"not available: no decided deal"}
    assert bare.table(PIPELINE) == []
