"""Landed tables for tests of the dbt project: the columns of SPEC 3 in its order, rows given as plain mappings.

A time given as ten characters is a date alone, landed as extraction would: midnight, and its name in `_date_only`.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

Row = Mapping[str, Any]

COLUMNS: dict[str, str] = {
    "deals": (
        "deal_id deal_name account_id deal_type status stage amount:money currency list_amount:money arr:money "
        "term_months:int created_at:time closed_at:time expected_close_at:time source source_partner_id "
        "first_sales_contact_at:time reported_category churned_at:time owner_id segment region updated_at:time "
        "is_deleted:bool"
    ),
    "deal_stage_history": "deal_id stage entered_at:time",
    "accounts": "account_id account_name industry segment region churned_at:time",
    "account_integrations": (
        "account_id integration_name partner_id enabled_at:time disabled_at:time last_used_at:time usage_level:double"
    ),
    "partners": (
        "partner_id partner_name partner_type tier status joined_at:time parent_partner_id region "
        "agreement_signed_at:time certified_at:time"
    ),
    "partner_activities": (
        "activity_id partner_id activity_type occurred_at:time logged_at:time deal_id account_id asset_name "
        "engagement_depth:double details"
    ),
    "deal_registrations": (
        "registration_id partner_id account_id deal_id submitted_at:time status decided_at:time expires_at:time"
    ),
    "partner_investments": "period_month:date category amount:money currency partner_id",
    "attribution_overrides": (
        "override_id deal_id partner_id share:double reason requested_by requested_at:time approved_by "
        "approved_at:time status"
    ),
    "exchange_rates": "currency valid_from:date rate:rate",
    "targets": "metric period_start:date period_end:date value:money",
}
_TYPES = {
    "text": "varchar",
    "time": "timestamp",
    "date": "date",
    "money": "decimal(18, 4)",
    "rate": "decimal(20, 14)",
    "double": "double",
    "int": "integer",
    "bool": "boolean",
}
_METADATA = {
    "_record_id": "varchar",
    "_source": "varchar",
    "_date_only": "varchar[]",
    "_unparsed": "varchar[]",
    "_is_deleted": "boolean",
    "_landed_run": "varchar",
}


def column_kinds(table: str) -> dict[str, str]:
    """The columns of a landed table in SPEC order, each with its kind (a key of the landed types)."""
    pairs = (column.partition(":") for column in COLUMNS[table].split())
    return {name: kind or "text" for name, _, kind in pairs}


def write_landed(path: Path, rows: Mapping[str, Iterable[Row]], bad_rows: Iterable[Row] = ()) -> None:
    """A warehouse file with schema `landed`. A table without a key in `rows` is empty and not available."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema landed")
        _create_bookkeeping(connection)
        for table in COLUMNS:
            landed = [_landed_row(table, number, row) for number, row in enumerate(rows.get(table, ()), start=1)]
            _create_table(connection, table)
            if landed:
                marks = ", ".join("?" * len(landed[0]))
                connection.executemany(f"insert into landed.{table} values ({marks})", landed)
            connection.execute(
                "insert into landed.landed_table values (?, ?, ?, 0, 0, null, null)",
                [table, table in rows, len(landed)],
            )
        for bad in bad_rows:
            names = ("table_name", "record_id", "source", "column_name", "value", "reason", "key")
            connection.execute(
                "insert into landed.bad_row values (?, ?, ?, ?, ?, ?, ?)", [bad.get(name) for name in names]
            )


def _create_bookkeeping(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table landed.landed_table (table_name varchar, is_available boolean, row_count bigint, "
        "bad_row_count bigint, deleted_row_count bigint, watermark varchar, newest_updated_at timestamp)"
    )
    connection.execute(
        "create table landed.bad_row (table_name varchar, record_id varchar, source varchar, column_name varchar, "
        "value varchar, reason varchar, key varchar)"
    )


def _create_table(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    columns = {name: _TYPES[kind] for name, kind in column_kinds(table).items()} | _METADATA
    connection.execute(f"create table landed.{table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")


def _landed_row(table: str, number: int, row: Row) -> list[Any]:
    kinds = column_kinds(table)
    unknown = set(row) - set(kinds) - set(_METADATA)
    if unknown:
        raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
    date_only = [name for name, kind in kinds.items() if kind == "time" and len(row.get(name) or "") == 10]
    metadata = {
        "_record_id": f"{table}.csv:{number + 1}",
        "_source": f"{table}.csv row {number + 1}",
        "_date_only": date_only,
        "_unparsed": [],
        "_is_deleted": False,
        "_landed_run": "test",
    }
    return [row.get(name) for name in kinds] + [row.get(name, default) for name, default in metadata.items()]
