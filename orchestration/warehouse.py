"""The run's own DuckDB files: the views dbt reads from, and the one step that publishes the marts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.runs import RunFolder

RUN_COUNTS = ("deals_in", "touchpoints_eligible", "credit_rows", "crm_rows_written")
_RUN_COLUMNS = (
    "{run_id: 'VARCHAR', started_at: 'VARCHAR', as_of: 'VARCHAR', source: 'VARCHAR', writeback: 'VARCHAR', "
    "policy_hash: 'VARCHAR', primary_model: 'VARCHAR', status: 'VARCHAR', finished_at: 'VARCHAR', "
    "error: 'VARCHAR', remedy: 'VARCHAR', exit_status: 'INTEGER', counts: 'MAP(VARCHAR, BIGINT)'}"
)


def quoted(path: Path) -> str:
    """``path`` as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"


@contextmanager
def open_warehouse(folder: RunFolder, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The run's warehouse with its marts attached as ``marts``; closed at the end, since DuckDB has one writer."""
    connection = duckdb.connect(str(folder.warehouse), read_only=read_only)
    try:
        connection.execute("set timezone = 'UTC'")
        # An older storage version, so that analysts' older clients can open what is published.
        options = "read_only" if read_only else "storage_version 'v1.0.0'"
        connection.execute(f"attach {quoted(folder.marts)} as marts ({options})")
        yield connection
    finally:
        connection.close()


@contextmanager
def open_marts(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection on a marts file, with ``marts`` as catalog and search path whatever the file's name."""
    connection = duckdb.connect()
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach {quoted(path)} as marts (read_only)")
        connection.execute("use marts.marts")
        yield connection
    finally:
        connection.close()


def create_views(connection: duckdb.DuckDBPyConnection, schema: str, selects: dict[str, str]) -> None:
    """Make one view for each name in ``selects``; dbt meets them as sources."""
    connection.execute(f"create schema if not exists {schema}")
    for name, select in selects.items():
        connection.execute(f"create or replace view {schema}.{name} as {select}")


def run_history_select(runs: Path) -> str:
    """All runs' records, the failed and the running ones too; times become UTC timestamps."""
    times = ", ".join(
        f"cast(cast({column} as timestamptz) as timestamp) as {column}"
        for column in ("started_at", "finished_at", "as_of")
    )
    counts = ", ".join(f"counts['{name}'] as {name}" for name in RUN_COUNTS)
    source = f"read_json({quoted(runs / '*' / 'run.json')}, columns = {_RUN_COLUMNS})"
    return f"select * exclude (counts) replace ({times}), {counts} from {source}"


def publish(marts: Path, published: Path) -> None:
    """Put ``marts`` in place of ``published`` in one step; whoever has the old file open keeps reading it."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(marts)} as marts")
        connection.execute("use marts.main")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'marts' and schema_name = 'marts'"
        ).fetchall()
        for (table,) in tables:
            # `from dim_deal` then works in a fresh session on the file. A plain view would be stored without its
            # catalog, and `marts.dim_deal` is ambiguous where catalog and schema share a name.
            connection.execute(f"create or replace view {table} as from query_table('marts.marts.{table}')")
        connection.execute("checkpoint marts")
    published.parent.mkdir(parents=True, exist_ok=True)
    with marts.open("rb") as file:
        os.fsync(file.fileno())
    marts.replace(published)
