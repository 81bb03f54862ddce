"""The sections on the programme's shape, customers and cost show the marts' figures, and words where there are none."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from reports import render
from tests.reports.reading import Rendered, number

Reports = Callable[[str], Rendered]
PERIOD = "period_grain = 'quarter' and period_label = '2026-Q3'"
CHOSEN = f"{PERIOD} and model = 'position_based'"


def test_channels_are_the_marts(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """Each channel with credit has its row, most credit first, with share, deals and touchpoints."""
    expected = rich.execute(
        f"""
        select credit_amount, credit_share, deal_count, touchpoint_count from marts.marts.mart_channel_mix
        where {CHOSEN} and credit_amount > 0 order by credit_amount desc
        """
    ).fetchall()
    rows = reports_of("rich").table("channel-table")
    assert [row[1:] for row in rows] == [[f"{a:,.2f}", f"{s:.1%}", f"{d}", f"{t}"] for a, s, d, t in expected]
    assert len(rows) > 3


def test_concentration_is_the_marts_and_a_few_partners_are_marked(
    reports_of: Reports, rich: duckdb.DuckDBPyConnection
) -> None:
    """The top quarter, the first and the first five partners' shares, marked where fewer partners than the policy's."""
    columns = "top_quartile_share, top_1_share, top_5_share, top_quartile_count, partner_count"
    *shares, top, n = rich.execute(f"select {columns} from marts.marts.mart_concentration where {CHOSEN}").fetchone()
    report = reports_of("rich")
    assert [number(row[1]) for row in report.table("concentration-table")[:3]] == pytest.approx(shares, abs=0.0006)
    assert f"{top} of {n} partners with credit" in report.section_text("shape")
    assert "So few partners say little" in report.section_text("shape")
    marks = report.page.xpath("//table[@id='concentration-table']//span[@class='mark']/text()")
    assert set(marks) == {"small sample"}


def test_cohorts_say_how_many_could_be_judged(reports_of: Reports) -> None:
    """All partners first; activation is of those judged, a mean of those that have lived through the year."""
    rows = reports_of("rich").table("cohort-table")
    assert [row[0] for row in rows] == ["All partners", "2023"]
    assert rows[0][2].startswith("71.4%|5 of 7, ")
    assert rows[0][3].startswith("57.1%|4 of 7, ")
    assert rows[0][6:] == ["1,234.50|7 partners", "none to judge"]


def test_partners_too_young_are_not_judged(reports_of: Reports) -> None:
    """Where nobody joined long enough ago, on record, no rate of activation is given."""
    report = reports_of("one_deal")
    assert "Of none can be said whether it was active within 90 days" in report.section_text("shape")
    assert report.table("cohort-table")[0][3] == "none to judge"


def test_customers_are_compared_by_who_brought_them(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """Churn with its n and interval for each group, small groups marked, and no claim of a cause."""
    report = reports_of("rich")
    expected = rich.execute(
        "select customer_group, customer_count, judged_count, churned_count, avg_expansion "
        "from marts.marts.mart_retention"
    ).fetchall()
    rows = {row[0]: row for row in report.table("retention-table")}
    names = {
        "sourced": "Sourced by partners",
        "influenced": "Influenced, not sourced",
        "direct": "Direct",
        "all": "All",
    }
    for group, customers, judged, churned, expansion in expected:
        row = rows[names.get(group, "All")]
        assert row[1] == f"{customers}|{judged} old enough"
        assert f"|{churned} of {judged}, " in row[2] if judged else row[2] == "none to judge"
        assert row[4] == (f"{expansion:,.2f}" if judged else "none to judge")
    assert "this proves no cause" in report.section_text("customers")
    assert "1 account whose first win on record is a renewal" in report.section_text("customers")


def test_cost_of_revenue_is_the_marts(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """What the programme cost of a unit sourced, and in words why there is none for direct revenue."""
    unit, deal = rich.execute(
        f"select sourced_cost_per_unit, sourced_cost_per_deal from marts.marts.mart_acquisition_cost where {PERIOD}"
    ).fetchone()
    sourced, direct = reports_of("rich").table("acquisition-cost-table")
    assert (sourced[3], sourced[5]) == (f"{unit:.1%}", f"{deal:,.2f}")
    assert direct[3] == "no cost on record"
    assert f"came to {unit:.1%} of sourced revenue" in reports_of("rich").section_text("customers")


def test_without_investments_cost_is_not_available(reports_of: Reports) -> None:
    """The SPEC's words stand in place of every cost, and no zero does."""
    report = reports_of("bare")
    assert "Cost of revenue is not available: no partner_investments data." in report.section_text("customers")
    assert {cell for row in report.table("acquisition-cost-table") for cell in (row[1], row[3], row[5])} == {
        "not available"
    }


def test_without_credit_or_customers_the_sections_speak(reports_of: Reports) -> None:
    """No channel without credit, no customer before the first win: sentences instead of empty tables."""
    nothing = reports_of("nothing_closed")
    assert "No partner earned credit in no period" not in nothing.section_text("shape")
    assert "no customers to follow" in nothing.section_text("customers")
    assert "No partner earned credit in 2026-Q3" in reports_of("direct").section_text("shape")
    assert nothing.page.xpath("//table[@id='channel-table' or @id='retention-table']") == []


def test_credits_that_can_not_be_added_up_have_no_shape(rich: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Under participation there is neither a mix nor a concentration."""
    assert "can't be added up" in Rendered(render(rich, tmp_path, model="participation")).section_text("shape")
