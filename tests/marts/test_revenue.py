"""Revenue by period and category: what the executive summary and the trend say about the small programme."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.marts.conftest import Marts, pick

pytestmark = pytest.mark.xdist_group("marts")  # one worker builds the marts once


def _summary(marts: Marts, grain: str, start: str) -> dict[str, object]:
    return marts.row(f"from mart_executive_summary where period_grain = '{grain}' and period_start = date '{start}'")


def test_revenue_falls_in_the_month_of_the_close(marts: Marts) -> None:
    """A deal that closes on 31 March counts in March, one that closes on 1 April in April."""
    march, april = _summary(marts, "month", "2026-03-01"), _summary(marts, "month", "2026-04-01")
    assert pick(march, "total_revenue sourced_revenue won_count") == (Decimal("10000.00"), Decimal("10000.00"), 1)
    assert pick(april, "total_revenue influenced_revenue direct_revenue") == (
        Decimal("6000.01"),
        Decimal("1000.01"),
        Decimal("5000.00"),
    )


def test_a_leap_day_close_counts_in_february(marts: Marts) -> None:
    """29 February belongs to February of its year."""
    assert _summary(marts, "month", "2024-02-01")["direct_revenue"] == Decimal("2000.00")


def test_churned_revenue_is_booked_and_not_in_the_total(marts: Marts) -> None:
    """Booked minus churned is the net total; the churned win still counts as a win in the rate."""
    year = _summary(marts, "year", "2025-01-01")
    assert pick(year, "booked_revenue churned_revenue total_revenue") == (11000, 7000, 4000)
    assert pick(year, "won_count decided_count win_rate") == (1, 2, 1.0)
    assert year["churned_share"] == pytest.approx(7 / 11) and year["total_share"] == pytest.approx(4 / 11)


def test_shares_are_of_the_total_and_involved_is_sourced_plus_influenced(marts: Marts) -> None:
    """Shares divide by the net total, and an empty period has none."""
    year = _summary(marts, "year", "2026-01-01")
    assert year["partner_involved_revenue"] == Decimal("11000.01")
    assert year["partner_involved_share"] == pytest.approx(11000.01 / 16000.01)
    assert year["sourced_share"] == pytest.approx(10000 / 16000.01)
    empty = _summary(marts, "month", "2026-08-01")
    assert empty["total_revenue"] == 0 and empty["sourced_share"] is None and empty["win_rate"] is None


def test_changes_are_ratios_on_the_period_before_and_a_year_before(marts: Marts) -> None:
    """(now - base) / base, for months, quarters and years alike."""
    april = _summary(marts, "month", "2026-04-01")
    assert april["total_change_prior"] == pytest.approx((6000.01 - 10000) / 10000)
    assert _summary(marts, "month", "2026-03-01")["total_change_year"] == pytest.approx(1.5)
    assert _summary(marts, "quarter", "2026-04-01")["booked_change_year"] == pytest.approx((6000.01 - 7000) / 7000)
    year = _summary(marts, "year", "2026-01-01")
    assert year["total_change_prior"] == year["total_change_year"] == pytest.approx((16000.01 - 4000) / 4000)


def test_a_change_on_nothing_is_null(marts: Marts) -> None:
    """No base period, or a base of zero, gives no ratio rather than infinity."""
    assert _summary(marts, "month", "2024-02-01")["total_change_prior"] is None
    assert _summary(marts, "month", "2026-03-01")["total_change_prior"] is None
    assert _summary(marts, "quarter", "2026-04-01")["total_change_year"] is None


def test_every_period_from_the_first_close_to_the_as_of_day_has_a_row(marts: Marts) -> None:
    """The spine has no holes, and only periods that have ended are complete."""
    counts = marts.rows(
        "select period_grain, count(*) as n, count(*) filter (where not is_complete) as running, "
        "max(period_label) as last "
        "from mart_executive_summary group by period_grain order by period_grain"
    )
    assert [tuple(row.values()) for row in counts] == [
        ("month", 33, 1, "2026-10"),
        ("quarter", 12, 1, "2026-Q4"),
        ("year", 3, 1, "2026"),
    ]


def test_the_trend_tells_win_rates_with_and_without_a_partner(marts: Marts) -> None:
    """Decided deals split by category; a rate without deals is null, and small samples are marked."""
    march = marts.row("from mart_trend where period_grain = 'month' and period_start = date '2026-03-01'")
    assert pick(march, "win_rate_partner partner_decided_count") == (0.5, 2)
    assert march["win_rate_direct"] is None and march["is_small_sample_direct"] is True
    year = marts.row("from mart_trend where period_grain = 'year' and period_start = date '2026-01-01'")
    assert pick(year, "direct_won_count direct_decided_count") == (1, 2)


def test_what_lookback_and_missing_use_took_out_is_counted(marts: Marts) -> None:
    """Sources outside the lookback and integrations outside the window are counted in the period of their deal."""
    assert _summary(marts, "month", "2024-02-01")["sources_outside_lookback_count"] == 1
    assert _summary(marts, "month", "2026-04-01")["integrations_outside_window_count"] == 1
    context = marts.row("from mart_report_context")
    assert pick(context, "sources_outside_lookback_count integrations_outside_window_count") == (1, 1)


def test_a_full_primary_model_leaves_unallocated_what_overrides_leave_to_nobody(marts: Marts) -> None:
    """Credit equals partner-involved revenue in every month but that of D11, whose override leaves 40 % of 1,500.00."""
    months = marts.rows("from mart_executive_summary where period_grain = 'month' and unallocated_amount <> 0")
    assert [pick(row, "period_label credited_amount unallocated_amount") for row in months] == [("2024-04", 900, 600)]
    assert marts.rows("from mart_executive_summary where unallocated_amount is null") == []


def test_an_override_on_a_direct_deal_moves_credit_and_no_revenue(marts: Marts) -> None:
    """D8 stays direct revenue as a whole; a quarter of it is credited, and said to lie on a direct deal."""
    february = _summary(marts, "month", "2024-02-01")
    figures = "direct_revenue partner_involved_revenue credited_amount credited_direct_amount unallocated_amount"
    assert pick(february, figures) == (2000, 0, 500, 500, 0)


def test_what_a_partial_primary_model_leaves_is_unallocated(fiscal_marts: Marts) -> None:
    """influence_weighted gives out 7,500.00 of 10,000.00: the rest is named, and the category stays."""
    march = _summary(fiscal_marts, "month", "2026-03-01")
    assert pick(march, "credited_amount unallocated_amount") == (7500, 2500)
    assert march["sourced_revenue"] == 10000


def test_fiscal_quarters_and_years_start_with_the_policys_month(fiscal_marts: Marts) -> None:
    """With April as first month, 31 March 2026 closes fiscal 2026 and 1 April opens fiscal 2027."""
    fiscal = _summary(fiscal_marts, "year", "2025-04-01")
    assert pick(fiscal, "period_label period_end total_revenue") == ("FY2026", dt.date(2026, 3, 31), 10000)
    opened = _summary(fiscal_marts, "quarter", "2026-04-01")
    assert pick(opened, "period_label total_revenue") == ("FY2027-Q1", Decimal("6000.01"))
    assert _summary(fiscal_marts, "year", "2023-04-01")["total_revenue"] == 2000
    assert _summary(fiscal_marts, "year", "2024-04-01")["total_revenue"] == 5500


def test_a_period_is_complete_by_the_policys_clock(marts: Marts, fiscal_marts: Marts) -> None:
    """At 03:00 UTC on 1 October it is still September in New York: September is not complete there."""
    assert _summary(marts, "month", "2026-09-01")["is_complete"] is True
    assert _summary(fiscal_marts, "month", "2026-09-01")["is_complete"] is False
    assert fiscal_marts.rows("from mart_executive_summary where period_start >= date '2026-10-01'") == []
