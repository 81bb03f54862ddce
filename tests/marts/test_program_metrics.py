"""The metrics of the programme, their targets and the pipeline, in figures worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from tests.marts.conftest import Marts, pick

pytestmark = pytest.mark.xdist_group("marts")  # one worker builds the marts once


def _metric(marts: Marts, label: str, metric: str) -> dict[str, Any]:
    return marts.row(f"from mart_program_metrics where period_label = '{label}' and metric = '{metric}'")


@pytest.mark.parametrize(
    ("metric", "value", "n"),
    [
        ("revenue", 16000.01, 3),
        ("partner_involved_share", 11000.01 / 16000.01, 3),
        ("sourced_share", 10000 / 16000.01, 3),
        ("win_rate_lift", 2 / 3 - 3 / 5, 3),  # D1 and D2 won, D5 lost; of all, D3 won and D10 lost too
        ("tagged_share", 2 / 5, 5),  # D1 and D2
        ("category_agreement_share", 1 / 2, 2),  # D1 as sourced; D2 is influenced, not direct
        ("signal_coverage_share", 3 / 4, 4),  # D3 has an integration that is outside the lookback; D10 has none
        ("active_partners", 44, 44),  # four with names and the crowd of forty
        ("influence_per_partner", 3666.67, 3),  # 11,000.01 of D1 and D2 over three partners
        ("partner_activation_share", 1 / 2, 2),
    ],
)
def test_metrics_of_a_year(marts: Marts, metric: str, value: float, n: int) -> None:
    """Each metric of 2026 is the one worked out by hand, on the deals or partners that it says."""
    row = _metric(marts, "2026", metric)
    assert float(row["value"]) == pytest.approx(value, abs=1e-9)
    assert (row["n"], row["reason"]) == (n, None)


def test_money_keeps_its_cents(marts: Marts) -> None:
    """No cent of a metric passes through a float."""
    assert _metric(marts, "2026", "revenue")["value"] == Decimal("16000.01")
    assert _metric(marts, "2026", "influence_per_partner")["value"] == Decimal("3666.67")


def test_a_rate_lies_in_its_interval_and_money_has_none(marts: Marts) -> None:
    """Tagged 2 of 5 by Wilson; the lift's interval is that of the difference from direct deals times their share."""
    tagged, lift = (_metric(marts, "2026", name) for name in ("tagged_share", "win_rate_lift"))
    assert pick(tagged, "value_low value_high") == pytest.approx((0.1176, 0.7693), abs=1e-4)
    difference = marts.row(
        "from mart_deal_velocity_difference where period_label = '2026' and deal_group = 'partner_involved' "
        "and measure = 'win_rate'"
    )
    assert lift["value_low"] == pytest.approx(difference["adjusted_difference_low"] * 2 / 5)
    assert lift["is_small_sample"] is True
    assert _metric(marts, "2026", "revenue")["value_low"] is None


def test_return_needs_every_cost_in_the_reporting_currency(marts: Marts) -> None:
    """In the second quarter nothing was sourced for 555.00; in the first a cost has no rate; growth needs both."""
    assert pick(_metric(marts, "2026-Q2", "programme_roi"), "value is_met reason") == (0, False, None)
    assert "no exchange rate" in _metric(marts, "2026-Q1", "programme_roi")["reason"]
    assert "period before" in _metric(marts, "2026-Q2", "programme_roi_growth")["reason"]


def test_the_target_of_just_that_period_comes_first(marts: Marts) -> None:
    """A month takes its own, else its quarter's, else the policy's; a deleted one is none; above means above."""
    names = "target_value target_source is_met"
    assert pick(_metric(marts, "2026-03", "sourced_share"), names) == (1, "targets", False)  # exactly 1
    assert pick(_metric(marts, "2026-02", "sourced_share"), names) == (Decimal("0.5"), "targets", None)
    assert pick(_metric(marts, "2026-Q1", "sourced_share"), names) == (Decimal("0.5"), "targets", True)
    assert pick(_metric(marts, "2026-Q2", "sourced_share"), names) == (Decimal("0.15"), "policy", False)
    assert pick(_metric(marts, "2026", "sourced_share"), names) == (Decimal("0.15"), "policy", True)


def test_of_longer_periods_the_shortest_gives_the_target(marts: Marts) -> None:
    """Of a year and of eighteen months that both hold a quarter the year's counts; 2 of 5 just reach at least 0.4."""
    names = "target_value target_source"
    assert pick(_metric(marts, "2026-Q2", "tagged_share"), names) == (Decimal("0.4"), "targets")
    assert pick(_metric(marts, "2025-Q3", "tagged_share"), names) == (Decimal("0.9"), "targets")
    assert pick(_metric(marts, "2025-Q2", "tagged_share"), names) == (1, "policy")
    assert _metric(marts, "2026", "tagged_share")["is_met"] is True


def test_revenue_targets_add_up_where_they_cover_the_year(marts: Marts) -> None:
    """10,000 + 6,000.02 + 1 + 5,000 of four quarters; exactly reached is reached, a month has none."""
    names = "target_value is_met"
    assert pick(_metric(marts, "2026", "revenue"), names) == (Decimal("21001.02"), False)
    assert pick(_metric(marts, "2026-Q1", "revenue"), names) == (10000, True)
    assert pick(_metric(marts, "2026-Q2", "revenue"), names) == (Decimal("6000.02"), False)
    assert pick(_metric(marts, "2026-04", "revenue"), names) == (None, None)


def test_waits_are_measured_from_the_first_run_on_record(marts: Marts) -> None:
    """D2, D10 and D3 closed 342, 318 and 6 hours before the run of 16 April; a replay or another source is no run."""
    row = _metric(marts, "2026-04", "hours_to_attribution")
    assert float(row["value"]) == pytest.approx(318, abs=1e-4)
    assert pick(row, "n is_met note") == (3, False, None)
    slowest = _metric(marts, "2026-04", "hours_to_attribution_p95")
    assert float(slowest["value"]) == pytest.approx(318 + 0.9 * 24, abs=1e-4)
    year = _metric(marts, "2026", "hours_to_attribution")
    assert year["note"].startswith("3 of 5 deals: the others closed before the first run on record")
    unmeasured = _metric(marts, "2025", "hours_to_attribution")
    assert (unmeasured["value"], unmeasured["n"]) == (None, 0)
    assert "before the first run on record" in unmeasured["reason"]


def test_registrations_wait_until_they_are_decided_either_way(marts: Marts) -> None:
    """Approved after 24 hours, rejected after 72; the duplicate and the one that still waits don't count."""
    middle, slowest = (_metric(marts, "2026-04", f"hours_to_registration_decision{end}") for end in ("", "_p95"))
    assert (middle["value"], middle["n"]) == (48, 2)
    assert float(slowest["value"]) == pytest.approx(24 + 0.95 * 48)


def test_changes_are_differences_in_the_metrics_own_unit(marts: Marts) -> None:
    """Revenue of 2026 less that of 2025, 4,000.00; the month before and a year before where there is none."""
    row = _metric(marts, "2026", "revenue")
    assert pick(row, "value_year_before change_year change_prior") == (4000, Decimal("12000.01"), Decimal("12000.01"))
    assert pick(_metric(marts, "2024", "revenue"), "value_prior change_year") == (None, None)


def test_open_deals_cover_the_target_of_the_quarter_under_way(marts: Marts) -> None:
    """D12 should have closed in September: 8,000 for October to December; D6 has no date and is in no quarter."""
    quarter = "from mart_pipeline where period_label = '2026-Q4' and deal_category"
    names = "open_count open_amount overdue_count undated_count coverage remaining_coverage is_current"
    for category in ("influenced", "all"):
        assert pick(marts.row(f"{quarter} = '{category}'"), names) == (1, 8000, 1, 1, 1.6, 1.6, True)
    assert pick(marts.row(f"{quarter} = 'direct'"), "open_count open_amount undated_count coverage") == (0, 0, 0, 0.0)
    year = marts.row("from mart_pipeline where period_label = '2026' and deal_category = 'all'")
    assert year["remaining_coverage"] == pytest.approx(8000 / (21001.02 - 16000.01))
    assert pick(_metric(marts, "2026-Q4", "pipeline_coverage"), "value target_value is_met") == (
        Decimal("1.6"),
        3,
        False,
    )
    assert "has ended" in _metric(marts, "2026-Q3", "pipeline_coverage")["reason"]


def test_what_was_not_landed_is_named(fiscal_marts: Marts) -> None:
    """Without investments there is no return, and the reason says which table is missing."""
    rows = fiscal_marts.rows("from mart_program_metrics where metric = 'programme_roi'")
    assert {row["reason"] for row in rows} == {"no partner_investments data"}
    assert {row["value"] for row in rows} == {None}
