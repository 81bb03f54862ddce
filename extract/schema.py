"""How the contract's columns are stored: Arrow and SQL types, and the trace columns that landing adds to each row."""

from functools import cache

import pyarrow as pa

from extract.contract import TABLES, Kind

ARROW_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "enum": pa.string(),
    "currency": pa.string(),
    "time": pa.timestamp("us"),
    "date": pa.date32(),
    "money": pa.decimal128(18, 4),
    "rate": pa.decimal128(20, 14),
    "unit_share": pa.float64(),
    "number": pa.float64(),
    "integer": pa.int32(),
    "boolean": pa.bool_(),
}
SQL_TYPES: dict[Kind, str] = {
    "text": "varchar",
    "enum": "varchar",
    "currency": "varchar",
    "time": "timestamp",
    "date": "date",
    "money": "decimal(18, 4)",
    "rate": "decimal(20, 14)",
    "unit_share": "double",
    "number": "double",
    "integer": "integer",
    "boolean": "boolean",
}
NAME_LIST = pa.list_(pa.string())
TRACE_FIELDS: tuple[tuple[str, pa.DataType, str], ...] = (
    ("_record_id", pa.string(), "varchar"),
    ("_source", pa.string(), "varchar"),
    ("_date_only", NAME_LIST, "varchar[]"),
    ("_unparsed", NAME_LIST, "varchar[]"),
    ("_is_deleted", pa.bool_(), "boolean"),
    ("_landed_run", pa.string(), "varchar"),
)
TRACE_NAMES = frozenset(name for name, _, _ in TRACE_FIELDS)
BAD_SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in ("table_name", "record_id", "source", "column_name", "value", "reason", "raw", "_landed_run")
    ]
)


@cache
def arrow_schema(table_name: str, extras: tuple[str, ...] = ()) -> pa.Schema:
    """Schema of ``table_name`` as landed: contract columns, extras as text, then where each row is from."""
    fields = [(column.name, ARROW_TYPES[column.kind]) for column in TABLES[table_name].columns]
    fields += [(name, pa.string()) for name in extras]
    return pa.schema(fields + [(name, kind) for name, kind, _ in TRACE_FIELDS])
