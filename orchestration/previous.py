"""What was published last, copied into the run's warehouse before the marts are built, so that SQL can compare.

The published file, not the run before: a failed run in between is skipped, and nothing is compared with itself twice.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from attribution_models.policy import Policy
from attribution_models.policy_changes import changed_keys
from orchestration.settings import DBT_PROJECT_DIR
from orchestration.warehouse import quoted

CONTRACT = DBT_PROJECT_DIR / "models" / "sources" / "previous.yml"
Columns = Mapping[str, str]


@cache
def contract() -> dict[str, dict[str, Columns]]:
    """The source's tables by their source's name: columns and types as dbt declares them."""
    sources = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["sources"]
    return {source["name"]: {table["name"]: _columns(table) for table in source["tables"]} for source in sources}


def _columns(table: Mapping[str, Any]) -> Columns:
    return {column["name"]: column["data_type"] for column in table["columns"]}


def copy_previous(warehouse: duckdb.DuckDBPyConnection, published: Path, policy: Policy) -> dict[str, int]:
    """Fill the schema ``previous`` from the marts at ``published``, which need not exist; rows by table.

    A column or table that an older version had not published is null, or empty, and named in ``missing_column``.
    """
    warehouse.execute("create schema if not exists previous")
    if published.exists():
        warehouse.execute(f"attach {quoted(published)} as published (read_only)")
    try:
        found = published_columns(warehouse)
        tables = contract()["previous"]
        for name, columns in tables.items():
            warehouse.execute(f"create or replace table previous.{name} as {copy_select(name, columns, found)}")
        rows: dict[str, list[tuple[str | None, ...]]] = {
            "policy_change": policy_changes(warehouse, policy, found),
            "missing_column": missing(tables, found) if found else [],
        }
        for name, values in rows.items():
            write_rows(warehouse, name, contract()["previous_run"][name], values)
    finally:
        if published.exists():
            warehouse.execute("detach published")
    return {name: count(warehouse, name) for name in [*tables, *rows]}


def published_columns(warehouse: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The columns of each published mart; nothing where none is attached."""
    rows = warehouse.execute(
        "select table_name, list(column_name) from duckdb_columns() "
        "where database_name = 'published' and schema_name = 'marts' group by table_name"
    ).fetchall()
    return {table: set(columns) for table, columns in rows}


def copy_select(table: str, columns: Columns, found: Mapping[str, set[str]]) -> str:
    held = found.get(table)
    values = [
        f"cast({name if held and name in held else 'null'} as {kind}) as {name}" for name, kind in columns.items()
    ]
    return f"select {', '.join(values)} " + (f"from published.marts.{table}" if held else "where false")


def missing(tables: Mapping[str, Columns], found: Mapping[str, set[str]]) -> list[tuple[str | None, ...]]:
    return [
        (table, column)
        for table, columns in tables.items()
        for column in columns
        if column not in found.get(table, set())
    ]


def policy_changes(
    warehouse: duckdb.DuckDBPyConnection, policy: Policy, found: Mapping[str, set[str]]
) -> list[tuple[str | None, ...]]:
    """The keys that differ from the published policy's; none where it did not publish its policy."""
    if "policy_json" not in found.get("mart_report_context", set()):
        return []
    row = warehouse.execute("select policy_json from published.marts.mart_report_context").fetchone()
    old = json.loads(row[0]) if row else policy.model_dump(mode="json")
    return [(change.key, change.old, change.new) for change in changed_keys(old, policy.model_dump(mode="json"))]


def write_rows(
    warehouse: duckdb.DuckDBPyConnection, table: str, columns: Columns, rows: Iterable[tuple[str | None, ...]]
) -> None:
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    warehouse.execute(f"create or replace table previous.{table} ({declared})")
    for row in rows:
        warehouse.execute(f"insert into previous.{table} values ({', '.join('?' for _ in row)})", row)


def count(warehouse: duckdb.DuckDBPyConnection, table: str) -> int:
    return (warehouse.execute(f"select count(*) from previous.{table}").fetchone() or (0,))[0]
