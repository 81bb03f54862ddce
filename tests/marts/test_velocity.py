"""How deals are won with and without partners, and with and without integrations, in figures worked out by hand."""

from decimal import Decimal

import pytest

from tests.marts.conftest import Marts, pick

pytestmark = pytest.mark.xdist_group("marts")  # one worker builds the marts once

YEAR = "period_grain = 'year' and period_start = date '2026-01-01'"


def _group(marts: Marts, group: str) -> dict[str, object]:
    return marts.row(f"from mart_deal_velocity where {YEAR} and deal_group = '{group}'")


def test_groups_hold_the_deals_of_their_category(marts: Marts) -> None:
    """In 2026 D1 was sourced, D2 won and D5 lost with a partner, D3 won and D10 lost without; the groups overlap."""
    names = "won_count decided_count deal_size_count avg_deal_size"
    assert pick(_group(marts, "sourced"), names) == (1, 1, 1, Decimal("10000.00"))
    assert pick(_group(marts, "influenced"), names) == (1, 2, 1, Decimal("1000.01"))
    assert pick(_group(marts, "partner_involved"), names) == (2, 3, 2, Decimal("5500.01"))  # 5,500.005 half up
    assert pick(_group(marts, "direct"), names) == (1, 2, 1, Decimal("5000.00"))
    assert pick(_group(marts, "all"), names) == (3, 5, 3, Decimal("5333.34"))  # 16,000.01 / 3


def test_a_churned_win_is_won_and_has_no_size(marts: Marts) -> None:
    """D4 of 2025 churned: a win of the rate, not a deal of net revenue."""
    row = marts.row(
        "from mart_deal_velocity where period_grain = 'month' and period_start = date '2025-04-01' "
        "and deal_group = 'influenced'"
    )
    assert pick(row, "won_count decided_count deal_size_count avg_deal_size") == (1, 1, 0, None)


def test_sales_cycles_are_of_won_deals_with_a_known_one(marts: Marts) -> None:
    """D3 took 30 days; of the other wins nothing is known."""
    assert pick(_group(marts, "direct"), "sales_cycle_count median_sales_cycle_days mean_sales_cycle_days") == (
        1,
        30,
        30,
    )
    assert pick(_group(marts, "sourced"), "sales_cycle_count median_sales_cycle_days") == (0, None)
    assert pick(_group(marts, "direct"), "discount_count mean_discount_rate") == (0, None)


def test_differences_are_partner_less_direct(marts: Marts) -> None:
    """2 of 3 with a partner and 1 of 2 without, of one unknown type and segment: a sixth, widely uncertain."""
    row = marts.row(
        f"from mart_deal_velocity_difference where {YEAR} and deal_group = 'partner_involved' and measure = 'win_rate'"
    )
    assert pick(row, "partner_count direct_count compared_partner_count compared_direct_count") == (3, 2, 3, 2)
    assert row["difference"] == row["adjusted_difference"] == pytest.approx(1 / 6)
    assert row["adjusted_difference_low"] < -0.4 and row["adjusted_difference_high"] > 0.6
    assert row["is_small_sample"]


def test_an_integration_counts_from_before_the_deal_was_created(marts: Marts) -> None:
    """Acme had it before D1 (won) and D10 (lost); beta got it after D3 (won) and D5 (lost); D2 has no account."""
    rows = marts.rows(f"from mart_integration_impact where {YEAR} order by dimension")
    names = "with_won_count with_decided_count without_won_count without_decided_count lift unknown_count with_revenue"
    assert [row["subject"] for row in rows] == ["all", "Sync", "north"]
    for row in rows:
        assert pick(row, names) == (1, 2, 1, 2, 0.0, 1, Decimal("10000.00"))
    assert [row["partner_name"] for row in rows] == [None, "Northwind", "Northwind"]


def test_all_periods_together_are_a_period_of_their_own(marts: Marts) -> None:
    """Over all data the same deals are there, and every other decided deal is on neither side."""
    row = marts.row("from mart_integration_impact where period_grain = 'all' and dimension = 'all'")
    assert pick(row, "with_decided_count without_decided_count unknown_count") == (2, 2, 5)
    assert pick(row, "period_label is_complete") == ("All periods", False)


def test_without_integrations_there_is_no_row(fiscal_marts: Marts) -> None:
    """A table that was not landed makes no zeros."""
    assert fiscal_marts.rows("from mart_integration_impact") == []
