"""The summary says what moved and why, as the mart has it, and says nothing where nothing moved."""

from collections.abc import Callable

import duckdb
import pytest

from tests.reports.reading import Rendered, number

Reports = Callable[[str], Rendered]
PERIOD = "period_grain = 'quarter' and period_label = '2026-Q3' and compared_with = 'prior'"


def test_every_category_and_the_partners_that_moved_most_are_in_the_table(
    reports_of: Reports, rich: duckdb.DuckDBPyConnection
) -> None:
    """Each row has the mart's change, what it is and was before and its deals, in the order of the mart."""
    expected = rich.execute(
        f"""
        select abs(change_amount), amount, base_amount, base_deal_count || ' to ' || deal_count
        from marts.marts.mart_revenue_movement where {PERIOD} and (driver_kind = 'category' or movement_rank <= 5)
        order by driver_kind, movement_rank
        """
    ).fetchall()
    rows = reports_of("rich").table("summary-movement-table")
    shown = [(number(row[1]), _amount(row[2]), _amount(row[3]), row[4]) for row in rows]
    assert shown == [(*(float(amount) for amount in amounts), deals) for *amounts, deals in expected]
    assert len(shown) == 8


def _amount(cell: str) -> float:
    return 0.0 if cell == "none" else number(cell)


def test_changes_of_the_categories_are_the_change_of_net_revenue(rich: duckdb.DuckDBPyConnection) -> None:
    """In every period the three categories move by what net revenue moves."""
    ((wrong,),) = rich.execute(
        """
        select count(*) from (
            select any_value(this.total_revenue - base.total_revenue) as wanted, sum(change_amount) as told
            from marts.marts.mart_revenue_movement as movement
            inner join marts.marts.mart_executive_summary as this using (period_grain, period_start)
            inner join marts.marts.mart_executive_summary as base
                on base.period_grain = movement.period_grain and base.period_label = movement.base_label
            where driver_kind = 'category'
            group by movement.period_grain, movement.period_start, compared_with
        ) where wanted <> told
        """
    ).fetchall()
    assert wrong == 0


def test_the_lead_says_what_moved_and_why(reports_of: Reports) -> None:
    """The category that moved most comes first, with its deals and what their number and size did; then partners."""
    told = reports_of("rich").section_text("summary")
    assert "What moved on 2026-Q2: direct fell by USD 127,227.08 (1 deal after 3: fewer deals minus USD " in told
    assert "Among partners, under Position based, " in told
    assert "gained the most credit (USD " in told
    assert "lost the most credit (USD " in told


@pytest.mark.parametrize("scenario", ["one_deal", "nothing_closed", "lost_only"])
def test_nothing_is_said_where_nothing_moved(reports_of: Reports, scenario: str) -> None:
    """Without a period to compare with, or without any change, there is neither sentence nor table."""
    assert "What moved" not in reports_of(scenario).section_text("summary")
    assert reports_of(scenario).page.xpath("//table[@id='summary-movement-table']") == []
