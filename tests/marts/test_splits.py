"""Splits that the policy has off: their tables are there, say what switches them on, and must be empty."""

from collections.abc import Callable

import pytest

from tests.marts.conftest import Marts

pytestmark = pytest.mark.xdist_group("marts")  # one worker builds the marts once

SPLITS = {"fct_chain_credit": "chains", "fct_recurring_credit": "recurring", "fct_pool_credit": "pools"}


@pytest.mark.parametrize("table", SPLITS)
def test_a_split_that_is_off_is_an_empty_table_that_says_so(marts: Marts, table: str) -> None:
    """An analyst finds the table and the key of the policy that fills it."""
    assert marts.rows(f"from {table}") == []
    row = marts.row(f"from duckdb_tables() where database_name = 'published' and table_name = '{table}'")
    assert f"splits.{SPLITS[table]}.enabled" in str(row["comment"])


def test_rows_of_a_split_that_is_off_stop_the_publication(tampered: Callable[[list[str]], set[str]]) -> None:
    """Nobody is shown money by a rule that the policy has off."""
    breach = """
        insert into marts.marts.fct_chain_credit by name
        select deal_id, partner_id, partner_id as beneficiary_partner_id, model, 0 as level, credit_amount, close_date
        from marts.marts.fct_partner_credit where model = 'linear'
    """
    assert "marts_splits_sum_to_the_credits" in tampered([breach])
