"""The data tests that block a publication: each passes on sound marts (conftest) and fails on what it is to catch."""

from collections.abc import Callable

import pytest

from tests.marts.conftest import OURS, Marts, run_dbt

pytestmark = pytest.mark.xdist_group("marts")  # one worker builds the marts once

BREACHES = [
    """update marts.marts.fct_touchpoint_credit set credit_amount = credit_amount - 0.01
       where touchpoint_id = 'T1' and model = 'linear'""",
    "delete from marts.marts.fct_touchpoint_credit where touchpoint_id = 'T4' and model = 'position_based'",
    """update marts.marts.fct_partner_credit set credit_amount = 10000.01
       where deal_id = 'D1' and model = 'participation'""",
    "update marts.marts.dim_deal set deal_category = 'direct' where deal_id = 'D2'",
    """update marts.marts.mart_executive_summary set direct_revenue = direct_revenue + 0.01
       where period_label = '2026-04'""",
    """update marts.marts.mart_tier_influence set credit_amount = credit_amount + 1
       where period_label = '2026-04' and tier = 'gold'""",
    "update marts.marts.mart_partner_cohort set partner_count = partner_count + 1 where dimension = 'tier'",
    "update marts.marts.mart_model_comparison set difference_share = 'nan' where model = 'linear'",
    "delete from marts.marts.mart_model_scorecard where model = 'linear' and measure = 'agreement'",
    "update marts.marts.mart_incrementality set effect_low = effect + 0.01 where effect is not null",
    """insert into marts.marts.mart_recommendation by name
       select 'o' as recommendation_id, 99 as place, 'optimise' as kind, 'partner' as subject_type, 'x' as subject_id,
           'win_rate' as measure, 0.0 as value, 0.0 as value_low, 0.3 as value_high, 9 as n, 'decided deals' as n_of,
           false as is_tentative, 'text' as text, 'linear' as model, current_date as period_start,
           current_date as period_end""",
    "update marts.marts.sync_deal set \"Influencing_Partners__c\" = repeat('x', 256) where deal_id = 'D1'",
    "insert into marts.marts.sync_influence_type from marts.marts.sync_influence_type limit 1",
    "delete from marts.marts.audit_run where status = 'failed'",
    """update marts.marts.mart_deal_velocity set decided_count = 0
       where period_label = '2026-04' and deal_group = 'influenced'""",
    "update marts.marts.mart_program_metrics set reason = null where value is null",
]
UNIT_TESTED = {
    "int_period_month",
    "int_partner_activation",
    "dim_deal",
    "mart_deal_velocity",
    "mart_deal_velocity_difference",
    "integrated_deal",
}
Check = Callable[[list[str]], set[str]]


def test_sound_marts_pass_every_check(tampered: Check) -> None:
    """Without a breach no check finds a row."""
    assert tampered([]) == set()


def test_each_check_catches_its_breach(tampered: Check) -> None:
    """A cent lost, a negative or excess credit, a missing row, a wrong category, a broken sum, NaN, a long text."""
    failed = tampered(BREACHES)
    ours = {name for name in failed if name.startswith("marts_")}
    assert ours == {
        "marts_categories_sum_to_the_total",
        "marts_cohorts_hold_every_partner",
        "marts_effects_have_an_interval_or_a_reason",
        "marts_every_judged_deal_has_one_category",
        "marts_every_model_is_judged",
        "marts_every_touchpoint_has_a_row_in_every_model",
        "marts_full_models_credit_the_whole_deal",
        "marts_metrics_have_a_value_or_a_reason",
        "marts_months_add_up_to_quarters_and_years",
        "marts_no_model_credits_more_than_the_deal",
        "marts_nothing_is_dropped_in_silence",
        "marts_numbers_are_finite",
        "marts_period_marts_sum_to_the_facts",
        "marts_recommendations_rest_on_enough",
        "marts_sync_rows_fit_the_crm",
        "marts_velocity_agrees_with_the_summary",
    }
    assert any(name.startswith("unique_grain_sync_influence_type") for name in failed)


def test_lost_credits_are_no_success(tampered: Check) -> None:
    """Without one credit row, but with touched deals, the checks of the sums fail."""
    failed = tampered([f"delete from marts.marts.{table}" for table in ("fct_touchpoint_credit", "fct_partner_credit")])
    assert failed >= {
        "marts_full_models_credit_the_whole_deal",
        "marts_every_touchpoint_has_a_row_in_every_model",
        "marts_period_marts_sum_to_the_facts",
    }


def test_empty_marts_fail_what_can_not_be_empty(marts: Marts, tampered: Check) -> None:
    """An empty publication is refused: no check passes because it found nothing to compare."""
    tables = marts.rows("select table_name from duckdb_tables() where database_name = 'published'")
    failed = tampered([f"delete from marts.marts.{table['table_name']}" for table in tables])
    assert failed >= {
        "marts_full_models_credit_the_whole_deal",
        "marts_categories_sum_to_the_total",
        "marts_months_add_up_to_quarters_and_years",
        "marts_period_marts_sum_to_the_facts",
        "marts_every_judged_deal_has_one_category",
        "marts_nothing_is_dropped_in_silence",
    }
    empty = {name.removeprefix("unique_grain_") for name in failed if name.startswith("unique_grain_")}
    marts_with_rows = ("dim_deal", "mart_executive_summary", "mart_trend", "mart_model", "mart_model_scorecard")
    for mart in (*marts_with_rows, "mart_data_quality", "audit_run"):
        assert any(name.startswith(mart) for name in empty), mart


def test_the_unit_tests_of_the_marts_pass(marts: Marts) -> None:
    """Every mart's boundaries, as written beside its model."""
    selected = [f"{ours},test_type:unit" for ours in OURS]
    statuses = run_dbt(marts.folder, marts.dbt_vars, "test", "--select", *selected)
    results = {name: status for name, status in statuses.items() if "on-run-start" not in name}
    assert {name.split(".")[0] for name in results} >= UNIT_TESTED
    assert set(results.values()) == {"pass"}
