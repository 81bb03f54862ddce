"""What was landed, as Spark SQL over the same Parquet files: ``extract.state`` says the same to DuckDB.

A table's state is a chain of files; per ``_record_id`` the latest file wins, and a row that turned bad hides its older
good version. Extra source columns are left out: no model reads them.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from extract.contract import TABLES
from extract.manifest import Manifest, TableState
from extract.schema import BAD_SCHEMA, SQL_TYPES, TRACE_FIELDS

_BAD_NAMES = [name for name in BAD_SCHEMA.names if name != "_landed_run"]


def landed_views(manifest: Manifest) -> dict[str, str]:
    """One SELECT for each view of the schema ``landed``, the sources of dbt."""
    views = {name: state_sql(manifest, name) for name in TABLES}
    return views | {"bad_row": bad_row_sql(manifest), "landed_table": landed_table_sql(manifest)}


def write_landed_views(views: Mapping[str, str], file: Path) -> None:
    """One JSON object per view and line, name and SELECT: dbt's session makes them when it starts."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"name": name, "query": query}) + "\n" for name, query in views.items()]
    file.write_text("".join(lines), encoding="utf-8")


def state_sql(manifest: Manifest, table: str) -> str:
    """A SELECT of ``table``'s good rows in their latest version, without rows if the table is unavailable."""
    types = column_types(table)
    state = manifest.tables[table]
    if not state.available:
        return _empty(types)
    rows = _rows(manifest.folder, state.files, types)
    return _latest(manifest.folder, state, rows, list(types), "_record_id")


def bad_row_sql(manifest: Manifest) -> str:
    """A SELECT of the bad rows of all tables, with ``key``, the own id where it can be read."""
    types = dict.fromkeys(_BAD_NAMES, "string")
    selects = []
    for name, state in manifest.tables.items():
        if state.available and state.bad_files:
            rows = _rows(manifest.folder, state.bad_files, types)
            bad = _latest(manifest.folder, state, rows, _BAD_NAMES, "record_id")
            selects.append(f"select *, {_key(name)} as key from ({bad})")
    return " union all ".join(selects) or _empty(types | {"key": "string"})


def landed_table_sql(manifest: Manifest) -> str:
    """A SELECT with one row per contract table: counts of its state and its watermark."""
    rows = ", ".join(
        f"({_text(name)}, {state.available}, bigint({state.rows}), bigint({state.bad_rows}), "
        f"bigint({state.deleted_rows}), cast({_text(state.watermark)} as string), "
        f"cast({_text(state.watermark)} as timestamp_ntz), cast({_text(state.unavailable_reason)} as string), "
        f"{state.is_full})"
        for name, state in manifest.tables.items()
    )
    return (
        f"select * from values {rows} as landed (table_name, is_available, row_count, bad_row_count, "
        "deleted_row_count, watermark, newest_updated_at, unavailable_reason, is_full)"
    )


def column_types(table: str) -> dict[str, str]:
    """Spark's type of each landed column: the contract's in its order, then where each row is from."""
    typed = [(column.name, SQL_TYPES[column.kind]) for column in TABLES[table].columns]
    return {name: _SPARK_TYPES.get(kind, kind) for name, kind in [*typed, *((n, k) for n, _, k in TRACE_FIELDS)]}


_SPARK_TYPES = {"varchar": "string", "varchar[]": "array<string>", "timestamp": "timestamp_ntz"}


def _latest(folder: Path, state: TableState, rows: str, columns: Sequence[str], identity: str) -> str:
    names = ", ".join(f"`{name}`" for name in columns)
    if len(state.files) == 1:
        return f"select {names} from ({rows})"
    good = _rows(folder, state.files, {"_record_id": "string"})
    bad = _rows(folder, state.bad_files, {"record_id": "string"})
    every = f"{good} union all select record_id as _record_id, _place from ({bad})"
    winners = f"select _record_id as winner_id, max(_place) as winner_place from ({every}) group by _record_id"
    return (
        f"select {names} from ({rows}) left semi join ({winners}) on {identity} = winner_id and _place = winner_place"
    )


def _rows(folder: Path, files: Sequence[str], types: dict[str, str]) -> str:
    """The rows of all files with their file's place in the chain; a column that an older file lacks is null."""
    return " union all ".join(_file_rows(folder / file, place, types) for place, file in enumerate(files, start=1))


def _file_rows(file: Path, place: int, types: dict[str, str]) -> str:
    there = set(pq.read_schema(file).names)
    columns = [f"`{name}`" if name in there else f"cast(null as {kind}) as `{name}`" for name, kind in types.items()]
    path = str(file).replace("`", "``")
    return f"select {', '.join(columns)}, {place} as _place from parquet.`{path}`"


def _key(table: str) -> str:
    """The key's columns out of ``raw``, which is JSON wherever the row had the right number of cells."""
    parts = ", ".join(f"get_json_object(raw, '$.{column}')" for column in TABLES[table].key)
    return f"case when try_parse_json(raw) is not null then nullif(concat_ws(' ', {parts}), '') end"


def _empty(types: dict[str, str]) -> str:
    return "select " + ", ".join(f"cast(null as {kind}) as `{name}`" for name, kind in types.items()) + " where false"


def _text(value: str | None) -> str:
    return "null" if value is None else "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
