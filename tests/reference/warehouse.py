"""Landed tables written into a DuckDB warehouse, as the extract and the orchestration would leave them for dbt."""

from pathlib import Path

import duckdb
import pyarrow as pa

from tests.reference.landed import COLUMNS, Landed, Row

_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("period_month", "valid_from", "period_start", "period_end"), pa.date32()),
    **dict.fromkeys(("amount", "list_amount", "arr", "value"), pa.decimal128(18, 4)),
    **dict.fromkeys(("share", "engagement_depth", "usage_level"), pa.float64()),
    "rate": pa.decimal128(20, 14),
    "term_months": pa.int32(),
    "is_deleted": pa.bool_(),
}
_METADATA = {
    "_record_id": pa.string(),
    "_source": pa.string(),
    "_date_only": pa.list_(pa.string()),
    "_unparsed": pa.list_(pa.string()),
    "_is_deleted": pa.bool_(),
    "_landed_run": pa.string(),
}
_LANDED_TABLE = """
    create table landed.landed_table (
        table_name varchar, is_available boolean, row_count bigint, bad_row_count bigint, deleted_row_count bigint,
        watermark varchar, newest_updated_at timestamp)"""
_BAD_ROW = """
    create table landed.bad_row (
        table_name varchar, record_id varchar, source varchar, column_name varchar, value varchar, reason varchar,
        key varchar)"""


def write_warehouse(path: Path, landed: Landed) -> None:
    """A new DuckDB file with schema ``landed``; a table that is not in ``landed`` is empty and not available."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema landed")
        connection.execute(_LANDED_TABLE)
        connection.execute(_BAD_ROW)
        for table in COLUMNS:
            rows = landed.get(table, [])
            connection.register("arrow_rows", arrow_table(table, rows))
            connection.execute(f"create table landed.{table} as select * from arrow_rows")
            connection.unregister("arrow_rows")
            deleted = sum(row["_is_deleted"] for row in rows)
            connection.execute(
                "insert into landed.landed_table values (?, ?, ?, 0, ?, null, null)",
                [table, table in landed, len(rows), deleted],
            )


def arrow_table(table: str, rows: list[Row]) -> pa.Table:
    """Rows of one landed table with the landed types."""
    fields = [pa.field(column, _type_of(column)) for column in COLUMNS[table]]
    fields += [pa.field(column, kind) for column, kind in _METADATA.items()]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def _type_of(column: str) -> pa.DataType:
    return _TYPES.get(column) or (pa.timestamp("us") if column.endswith("_at") else pa.string())
