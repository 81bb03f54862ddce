"""The report tells how partner deals are won beside direct ones, with what each figure rests on."""

from collections.abc import Callable

import duckdb

from tests.reports.reading import Rendered, number

Reports = Callable[[str], Rendered]
PERIOD = "period_grain = 'quarter' and period_label = '2026-Q3'"


def test_groups_read_as_the_mart_has_them(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """Win rate with its n, median and mean cycle, mean and median size of each group, in one order."""
    rows = {row[0]: row for row in reports_of("rich").table("velocity-table")}
    assert list(rows) == ["Sourced", "Influenced, not sourced", "Partner involved", "Direct", "All"]
    figures = rich.execute(
        "select win_rate, won_count, decided_count, median_sales_cycle_days, avg_deal_size, median_deal_size "
        f"from marts.marts.mart_deal_velocity where {PERIOD} and deal_group = 'partner_involved'"
    ).fetchone()
    assert figures is not None
    rate, won, decided, days, mean, median = figures
    row = rows["Partner involved"]
    assert row[1].startswith(f"{rate:.1%}|{won} of {decided}, ")
    assert row[2].startswith(f"{days:,.1f} days|mean ")
    assert row[3].startswith(f"{mean:,.2f}|median {median:,.2f}, ")
    assert row[4] == "no list amount"


def test_a_difference_has_its_interval_and_both_counts(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """The adjusted difference stands with its interval, the deals of either side and the difference as they are."""
    report = reports_of("rich")
    rows = {(row[0], row[1]): row for row in report.table("velocity-difference-table")}
    assert len(rows) == 9
    found = rich.execute(
        "select adjusted_difference, adjusted_difference_low, compared_partner_count, compared_direct_count "
        f"from marts.marts.mart_deal_velocity_difference where {PERIOD} and deal_group = 'sourced' "
        "and measure = 'win_rate'"
    ).fetchone()
    assert found is not None
    difference, low, partner, direct = found
    row = rows["Win rate", "Sourced"]
    assert number(row[2]) == round(abs(difference) * 100, 1)
    assert f"{abs(low) * 100:.1f} points to " in row[3]
    assert row[4] == f"{partner}|beside {direct} direct"
    assert rows["Sales cycle", "Sourced"][3] == "too few deals"


def test_an_interval_that_holds_zero_is_no_difference(reports_of: Reports) -> None:
    """Where the interval spans zero the section says that this is no clear difference."""
    told = reports_of("rich").section_text("velocity")
    assert "The interval holds zero: that is no clear difference." in told
    assert "it proves no cause" in told


def test_without_either_side_nothing_is_compared(reports_of: Reports) -> None:
    """With partner deals alone, direct deals alone or none at all the section says so and shows no difference."""
    assert "No deal without a partner was decided" in reports_of("one_deal").section_text("velocity")
    assert "No deal with a partner was decided" in reports_of("direct").section_text("velocity")
    assert "No deal that counts was won or lost" in reports_of("nothing_closed").section_text("velocity")
    for scenario in ("one_deal", "direct", "nothing_closed"):
        assert reports_of(scenario).table("velocity-difference-table") == []
