"""Every check passes on a good warehouse and fails on a fault planted for it, and none is left without such a fault."""

from functools import partial

import duckdb
import pytest

from quality import gates
from quality.landing import KEYS, REFERENCES
from quality.results import GateResult
from tests.quality.warehouse import POLICY

BEFORE = {
    "deals": gates.TableBefore(rows=5, watermark="2026-03-29T06:00:00"),
    "partners": gates.TableBefore(rows=2, watermark=None),
}
GATES = {
    "landing": partial(gates.check_landing, previous=BEFORE),
    "credits": gates.check_credits,
    "marts": gates.check_marts,
    "outbound": gates.check_outbound,
}

MART = "marts.marts"
CREDIT = "engine.touchpoint_credit"
FAULTS: list[tuple[str, str, str]] = [
    ("landing", "deals_landed", "delete from landed.deals"),
    ("landing", "required_tables_available",
     "update landed.landed_table set is_available = false where table_name = 'partners'"),
    ("landing", "required_tables_available", "delete from landed.landed_table where table_name = 'partner_activities'"),
    ("landing", "rows_as_counted", "delete from landed.targets"),
    ("landing", "records_landed_once", "insert into landed.accounts from landed.accounts where account_id = 'A1'"),
    ("landing", "bad_row_share", "update landed.landed_table set bad_row_count = 1 where table_name = 'deals'"),
    *[("landing", f"{table}_repeated_keys", f"insert into landed.{table} from landed.{table}")
      for table, key in KEYS.items() if key],
    *[("landing", f"{table}_unknown_{column}", f"update landed.{table} set {column} = 'nobody'")
      for table, column, _, _ in REFERENCES],
    ("landing", "deals_fresh",
     "update landed.landed_table set newest_updated_at = timestamp '2026-03-01' where table_name = 'deals'"),
    ("landing", "rows_kept", "update landed.landed_table set row_count = 3 where table_name = 'deals'"),
    ("landing", "watermarks_move_on",
     "update landed.landed_table set watermark = '2026-03-28T06:00:00' where table_name = 'deals'"),
    ("landing", "watermarks_move_on", "update landed.landed_table set watermark = null where table_name = 'deals'"),
    ("credits", "credits_there", f"delete from {CREDIT}"),
    ("credits", "models_ran", "delete from engine.model_run where model = 'linear'"),
    ("credits", "models_enabled", f"update {CREDIT} set model = 'first_touch' where model = 'linear'"),
    ("credits", "primary_model_gave_credit", "update engine.model_run set gave_credit = false where sort_order = 1"),
    ("credits", "deals_covered", f"delete from {CREDIT} where model = 'linear' and deal_id = 'D2'"),
    ("credits", "touchpoints_covered", f"delete from {CREDIT} where model = 'linear' and touchpoint_id = 'D1:2'"),
    ("credits", "touchpoints_covered", f"insert into {CREDIT} from {CREDIT} where touchpoint_id = 'D2:1'"),
    ("credits", "touchpoints_covered", f"update {CREDIT} set partner_id = 'P9' where touchpoint_id = 'D1:2'"),
    ("credits", "only_eligible_deals", f"update {CREDIT} set deal_id = 'D5' where deal_id = 'D2'"),
    ("credits", "only_eligible_deals", "update intermediate.int_deal set status = 'lost' where deal_id = 'D2'"),
    ("credits", "full_models_sum_to_the_deal",
     f"update {CREDIT} set credit_cents = credit_cents - 1 where model = 'linear' and touchpoint_id = 'D1:1'"),
    ("credits", "no_model_gives_too_much",
     f"update {CREDIT} set credit_cents = 9999999 where model = 'influence_weighted'"),
    ("credits", "overrides_applied",
     f"update {CREDIT} set credit_cents = credit_cents + 2 where model = 'linear' and touchpoint_id = 'D1:2'"),
    ("credits", "overrides_applied", f"delete from {CREDIT} where touchpoint_id = 'override:O2'"),
    ("credits", "what_nobody_takes_stays",
     f"update {CREDIT} set credit_cents = 300000 where model = 'linear' and touchpoint_id = 'override:O2'"),
    ("credits", "no_negative_credit", f"update {CREDIT} set credit_cents = -1 where touchpoint_id = 'D2:1'"),
    ("credits", "no_negative_credit", f"update {CREDIT} set credit_cents = null"),
    ("credits", "numbers_sound", f"update {CREDIT} set score = 'NaN' where touchpoint_id = 'D2:1'"),
    ("credits", "numbers_sound", f"update {CREDIT} set share = 'infinity' where touchpoint_id = 'D2:1'"),
    ("credits", "numbers_sound", f"update {CREDIT} set remainder_cents = 2 where touchpoint_id = 'D2:1'"),
    ("marts", "deals_published", f"delete from {MART}.dim_deal"),
    ("marts", "periods_published", f"delete from {MART}.mart_executive_summary"),
    ("marts", "context_published", f"delete from {MART}.mart_report_context"),
    ("marts", "context_published", f"update {MART}.mart_report_context set policy_hash = 'other'"),
    ("marts", "context_published", f"insert into {MART}.mart_report_context from {MART}.mart_report_context"),
    ("marts", "one_policy", f"update {MART}.fct_touchpoint_credit set policy_hash = 'other' where deal_id = 'D2'"),
    ("marts", "one_policy", f"update {MART}.fct_touchpoint_credit set run_id = 'last night' where deal_id = 'D2'"),
    ("marts", "categories_sum_to_total",
     f"update {MART}.mart_executive_summary set direct_revenue = direct_revenue + 0.01 where period_grain = 'month'"),
    ("marts", "categories_sum_to_total", f"update {MART}.mart_executive_summary set sourced_revenue = null"),
    ("marts", "booked_less_churned_is_total", f"update {MART}.mart_executive_summary set churned_revenue = 0"),
    ("marts", "months_add_up",
     f"update {MART}.mart_executive_summary set sourced_revenue = 0 where period_start = '2026-01-01'"
     " and period_grain = 'quarter'"),
    ("marts", "periods_whole",
     f"delete from {MART}.mart_executive_summary where period_start = '2026-02-01' and period_grain = 'month'"),
    ("marts", "deals_kept_whole", f"delete from {MART}.dim_deal where deal_id = 'D4'"),
    ("marts", "deals_kept_whole", f"insert into {MART}.dim_deal from {MART}.dim_deal where deal_id = 'D4'"),
    ("marts", "deals_kept_whole", f"update {MART}.dim_deal set amount = amount + 1 where deal_id = 'D3'"),
    ("marts", "amounts_used_or_excluded", f"update {MART}.dim_deal set exclusion_reason = null where deal_id = 'D4'"),
    ("marts", "rows_used_or_excluded", "update intermediate.int_source_reconciliation set rows_used = 2"),
    ("marts", "rows_used_or_excluded", "delete from intermediate.int_source_reconciliation"),
    ("marts", "categories_filled", f"update {MART}.dim_deal set deal_category = null where deal_id = 'D3'"),
    ("marts", "touchpoint_credit_complete", f"delete from {MART}.fct_touchpoint_credit where deal_id = 'D2'"),
    ("marts", "partner_credit_complete", f"delete from {MART}.fct_partner_credit where model = 'linear'"),
    *[("marts", f"partner_{grain}s_complete",
       f"update {MART}.mart_partner_influence set credit_amount = credit_amount + 0.01 where period_grain = '{grain}'")
      for grain in ("month", "quarter", "year")],
    ("marts", "shares_in_range", f"update {MART}.mart_trend set sourced_share = 1.01 where period_grain = 'year'"),
    ("marts", "shares_in_range", f"update {MART}.mart_executive_summary set direct_share = -0.01"),
    ("marts", "credit_shares_in_range", f"update {MART}.fct_partner_credit set share = 'NaN' where deal_id = 'D2'"),
    ("marts", "numbers_finite", f"update {MART}.mart_partner_influence set win_rate = 'NaN'"),
    ("outbound", "deals_to_tell", f"delete from {MART}.sync_deal"),
    ("outbound", "deal_keys_unique", f"insert into {MART}.sync_deal from {MART}.sync_deal where deal_id = 'D1'"),
    ("outbound", "deal_keys_unique", f"update {MART}.sync_deal set deal_id = null where deal_id = 'D1'"),
    ("outbound", "only_live_deals", "update landed.deals set _is_deleted = true where deal_id = 'D1'"),
    ("outbound", "only_live_deals", f"update {MART}.sync_deal set deal_id = 'D4' where deal_id = 'D1'"),
    ("outbound", "deal_fields_filled", f'update {MART}.sync_deal set "Deal_Category__c" = null'),
    ("outbound", "deal_fields_filled", f'update {MART}.sync_deal set "Partner_Influenced__c" = true'),
    ("outbound", "credited_deals_filled", f'update {MART}.sync_deal set "Primary_Partner__c" = null'),
    ("outbound", "credited_deals_filled", f'update {MART}.sync_deal set "Attribution_Model__c" = \'linear\''),
    ("outbound", "partners_known", f"""update {MART}.sync_deal set "Primary_Partner__c" = 'P9'"""),
    ("outbound", "amounts_in_range", f'update {MART}.sync_deal set "Partner_Attributed_Amount__c" = 9999'),
    ("outbound", "amounts_in_range", f'update {MART}.sync_deal set "Partner_Attributed_Amount__c" = -1'),
    ("outbound", "amounts_sum_to_credits", f"""
     update {MART}.sync_deal set "Partner_Attributed_Amount__c" = 1000 where deal_id = 'D1'"""),
    ("outbound", "nothing_that_may_not_be_summed", "update engine.model_run set is_additive = false"),
    ("outbound", "nothing_that_may_not_be_summed", f"""update {MART}.sync_tier_influence set "Model__c" = 'gone'"""),
    *[("outbound", f"{mart}_keys", f"insert into {MART}.{mart} from {MART}.{mart}")
      for mart in ("sync_partner_influence", "sync_tier_influence", "sync_influence_type")],
    *[("outbound", f"{mart}_filled", f'update {MART}.{mart} set "Credit_Amount__c" = null')
      for mart in ("sync_partner_influence", "sync_tier_influence", "sync_influence_type")],
    ("outbound", "sync_partner_influence_filled",
     f"""update {MART}.sync_partner_influence set "Model__c" = 'linear'"""),
    ("outbound", "sync_partner_influence_numbers", f"""update {MART}.sync_partner_influence set "Roi__c" = 'NaN'"""),
    *[("outbound", f"{mart}_numbers", f"""update {MART}.{mart} set "Pct_Of_Influenced__c" = 'infinity'""")
      for mart in ("sync_tier_influence", "sync_influence_type")],
    ("outbound", "texts_fit", f"""update {MART}.sync_deal set "Influencing_Partners__c" = repeat('x', 256)"""),
]  # fmt: skip


def judge(gate: str, con: duckdb.DuckDBPyConnection) -> GateResult:
    """The gate's result on this warehouse."""
    return GATES[gate](con, POLICY)


@pytest.mark.parametrize("gate", GATES)
def test_a_good_warehouse_passes(gate: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Nothing is found where nothing is wrong: no false alarm stops a night."""
    result = judge(gate, warehouse)
    assert [check for check in result.checks if not check.passed] == []
    assert result.passed


@pytest.mark.parametrize(
    ("gate", "check", "fault"), FAULTS, ids=[f"{check}-{i}" for i, (_, check, _) in enumerate(FAULTS)]
)
def test_a_planted_fault_is_found(gate: str, check: str, fault: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    """The check made for this fault fails; a blocking one stops the run, another only warns."""
    warehouse.execute(fault)
    result = judge(gate, warehouse)
    found = next(one for one in result.checks if one.name == check)
    assert not found.passed
    assert found in (result.failed if found.blocking else result.warnings)
    assert result.passed is (not result.failed)


@pytest.mark.parametrize("gate", GATES)
def test_every_check_has_a_fault_planted_for_it(gate: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    """A check that was never seen to fail may be one that can't."""
    names = [check.name for check in judge(gate, warehouse).checks]
    assert len(names) == len(set(names))
    assert set(names) == {check for of_gate, check, _ in FAULTS if of_gate == gate}


def test_a_fault_is_named_with_its_offender(warehouse: duckdb.DuckDBPyConnection) -> None:
    """People learn which model and deal is wrong, and by how much."""
    warehouse.execute(f"update {CREDIT} set credit_cents = credit_cents - 1 where touchpoint_id = 'D2:1'")
    result = judge("credits", warehouse)
    message = next(check.message for check in result.failed if check.name == "full_models_sum_to_the_deal")
    assert "linear, deal D2: 199999 of 200000 cents" in message
    assert message.rstrip(".") in result.summary()


def test_a_table_that_is_not_there_is_a_finding(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A missing mart fails its checks by name instead of ending the run with a trace."""
    warehouse.execute(f"drop table {MART}.sync_tier_influence")
    failed = {check.name: check.message for check in judge("outbound", warehouse).failed}
    assert "sync_tier_influence_keys" in failed
    assert "does not exist" in failed["texts_fit"]


def test_a_first_landing_has_nothing_to_compare_with(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Before the first landing there is no drop and no way back, and the result says so."""
    result = gates.check_landing(warehouse, POLICY)
    compared = [check for check in result.checks if check.name in ("rows_kept", "watermarks_move_on")]
    assert [check.passed for check in compared] == [True, True]
    assert {check.message for check in compared} == {"Nothing to compare: there is no landing before this one."}


def test_missing_optional_tables_stop_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A folder with only deals, partners and activities passes; what could not be compared says so."""
    for table in set(KEYS) - {"deals", "partners", "partner_activities"}:
        warehouse.execute(f"delete from landed.{table}")
        warehouse.execute(
            f"update landed.landed_table set is_available = false, row_count = 0 where table_name = '{table}'"
        )
    result = gates.check_landing(warehouse, POLICY)
    unknown = next(check for check in result.checks if check.name == "deals_unknown_account_id")
    assert [check for check in result.checks if not check.passed] == []
    assert unknown.message == "Nothing to compare: no accounts, or no account_id in deals."


def test_a_night_without_touchpoints_passes_and_says_so(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Where no deal earns credit there is nothing to divide: not an error, and not silence."""
    warehouse.execute(
        f"delete from intermediate.int_touch; delete from intermediate.int_override; delete from {CREDIT}"
    )
    result = judge("credits", warehouse)
    assert result.passed
    assert "nothing to divide" in result.checks[0].message


def test_nothing_eligible_is_nothing_to_write(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Where the policy excludes every deal, an empty write-back is right."""
    warehouse.execute(f"update {MART}.dim_deal set is_eligible = false; delete from {MART}.sync_deal")
    check = judge("outbound", warehouse).checks[0]
    assert (check.passed, check.message) == (True, "No deal is eligible: there is nothing to write.")
