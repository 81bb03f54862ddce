"""What stands beside the numbers: data quality, the run's context, and the record of runs."""

import json

import pytest

from tests.marts.conftest import Marts, pick

pytestmark = pytest.mark.xdist_group("marts")  # one worker builds the marts once


def test_rows_in_are_used_or_excluded_for_a_reason(marts: Marts) -> None:
    """Per table the reasons add up, candidates apart from source rows."""
    rows = marts.rows("from mart_data_quality where table_name in ('deals', 'touchpoint') order by table_name, reason")
    counts = [(row["table_name"], row["rows_in"], row["reason"], row["row_count"]) for row in rows]
    assert counts == [
        ("deals", 15, "bad_row", 1),
        ("deals", 15, "duplicate", 2),
        ("deals", 15, "used", 12),
        ("touchpoint", 715, "outside_lookback", 1),
        ("touchpoint", 715, "unknown_deal", 1),
        ("touchpoint", 715, "unknown_partner", 1),
        ("touchpoint", 715, "used", 712),
    ]


def test_a_table_that_was_not_landed_says_so(fiscal_marts: Marts) -> None:
    """Its counts are unknown, not zero."""
    row = fiscal_marts.row("from mart_data_quality where table_name = 'partner_investments'")
    assert pick(row, "reason is_available rows_in row_count") == ("not_available", False, None, None)


def test_the_context_names_run_policy_and_source(marts: Marts) -> None:
    """The whole policy travels with the marts, and text with quotes survives."""
    context = marts.row("from mart_report_context")
    assert pick(context, "run_id source_system") == ("run-1", "files:a 'quoted' folder")
    assert json.loads(str(context["policy_json"])) == marts.dbt_vars["policy"]
    assert pick(context, "policy_hash primary_model") == (marts.dbt_vars["policy_hash"], "position_based")


def test_every_run_is_on_record(marts: Marts) -> None:
    """Failed runs stay, with their error."""
    rows = marts.rows("select run_id, status, error from audit_run where run_id like 'run-%' order by run_id")
    assert [tuple(row.values()) for row in rows] == [
        ("run-0", "failed", "the disk is full"),
        ("run-1", "running", None),
    ]


def test_deals_keep_all_flags_and_every_status(marts: Marts) -> None:
    """dim_deal holds excluded deals with their reason, and the flags of the deal and of its category."""
    rows = {row["deal_id"]: row for row in marts.rows("from dim_deal")}
    assert len(rows) == 12 and rows["D7"]["exclusion_reason"] == "deleted"
    assert rows["D1"]["flags"] == ["unknown_account", "flag_of_category"]
    assert pick(rows["D2"], "touchpoint_count partner_count primary_influence_type") == (3, 3, "co_sell")
    assert rows["D5"]["primary_influence_type"] is None


def test_credits_carry_their_policy_run_and_type(marts: Marts) -> None:
    """A credit can be traced without another table."""
    row = marts.row("from fct_touchpoint_credit where touchpoint_id = 'T5' and model = 'linear'")
    assert (str(row["credit_amount"]), row["influence_type"]) == ("333.33", "services")
    assert str(row["close_date"]) == "2026-04-01"
    assert pick(row, "policy_hash run_id") == (marts.dbt_vars["policy_hash"], "run-1")


def test_tables_tell_an_analyst_what_their_columns_mean(marts: Marts) -> None:
    """Descriptions travel in the file: grain on the table, meaning on every column."""
    undescribed = marts.rows(
        "select table_name, column_name from duckdb_columns() where database_name = 'published' and comment is null "
        "and table_name not in ('dim_partner', 'fct_touchpoint', 'audit_exclusion')"  # written by the fixture
    )
    assert undescribed == []
    table = marts.row("from duckdb_tables() where database_name = 'published' and table_name = 'dim_deal'")
    assert str(table["comment"]).startswith("Grain: one row per deal_id")
