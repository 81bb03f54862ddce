"""The contract is whole: what SPEC 3 names is there, required where it is bold, typed where it is stored."""

import pyarrow as pa
import pytest

from extract.contract import TABLES
from extract.schema import ARROW_TYPES, SQL_TYPES, TRACE_FIELDS, arrow_schema

REQUIRED = {
    "deals": "deal_id account_id status amount created_at",
    "deal_stage_history": "deal_id stage entered_at",
    "accounts": "account_id",
    "account_integrations": "account_id integration_name partner_id enabled_at",
    "partners": "partner_id partner_name",
    "partner_activities": "activity_id partner_id activity_type occurred_at",
    "deal_registrations": "registration_id partner_id account_id submitted_at status",
    "partner_investments": "period_month category amount",
    "attribution_overrides": "override_id deal_id partner_id share reason requested_by status",
    "exchange_rates": "currency valid_from rate",
    "targets": "metric period_start period_end value",
}


def test_every_table_is_there_with_its_required_columns() -> None:
    """The public names of the source tables and of their required columns can't change unnoticed."""
    assert {name: " ".join(table.required_names) for name, table in TABLES.items()} == REQUIRED


def test_three_tables_are_required() -> None:
    """Everything but deals, partners and partner_activities may be missing."""
    assert {name for name, table in TABLES.items() if table.required} == {"deals", "partners", "partner_activities"}


@pytest.mark.parametrize("name", TABLES)
def test_keys_are_required_columns(name: str) -> None:
    """A row can only lack its key if every source must have the key's columns."""
    assert set(TABLES[name].key) <= set(TABLES[name].required_names)


@pytest.mark.parametrize("name", TABLES)
def test_the_stored_order_is_contract_then_extras_then_trace(name: str) -> None:
    """Readers may rely on the order: SPEC's columns, what the source had beside them, where the row is from."""
    expected = [*TABLES[name].column_names, "more", *(field for field, _, _ in TRACE_FIELDS)]
    assert arrow_schema(name, ("more",)).names == expected


def test_money_and_rates_are_decimals() -> None:
    """No money column is ever a float, in Arrow or in SQL."""
    assert ARROW_TYPES["money"] == pa.decimal128(18, 4)
    assert ARROW_TYPES["rate"] == pa.decimal128(20, 14)
    money = {(t.name, c.name) for t in TABLES.values() for c in t.columns if c.kind == "money"}
    assert money == {
        ("deals", "amount"),
        ("deals", "list_amount"),
        ("deals", "arr"),
        ("partner_investments", "amount"),
        ("targets", "value"),
    }
    assert SQL_TYPES.keys() == ARROW_TYPES.keys()
