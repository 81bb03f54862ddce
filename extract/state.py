"""SQL over landed Parquet: the state of a table, its bad rows, and what was landed, as SELECTs for DuckDB views.

A table's state is a chain of files, base first; per ``_record_id`` the latest file wins, and a row that turned bad
hides its older good version.
"""

from collections.abc import Sequence
from pathlib import Path

from extract.contract import TABLES
from extract.manifest import Manifest, TableState
from extract.schema import BAD_SCHEMA, SQL_TYPES, TRACE_FIELDS

_BAD_NAMES = tuple(name for name in BAD_SCHEMA.names if name != "_landed_run")


def landed_state_sql(manifest: Manifest, table: str) -> str:
    """A SELECT of ``table``'s good rows in their latest version, typed and without rows if the table is unavailable.

    Columns: the contract's in its order, extra source columns, then the trace columns.
    """
    state = manifest.tables[table]
    if not state.available:
        return _empty_sql(table)
    return state_sql(manifest.folder, state, column_list(table, state.extras))


def bad_row_sql(manifest: Manifest) -> str:
    """A SELECT of the bad rows of all tables: the columns that land, and ``key``, the own id where it can be read."""
    available = {name: state for name, state in manifest.tables.items() if state.available and state.bad_files}
    if not available:
        names = (*_BAD_NAMES, "key")
        return "select " + ", ".join(f"cast(null as varchar) as {name}" for name in names) + " where false"
    return "\nunion all\n".join(
        f"select *, {_key(name)} as key from ({bad_state_sql(manifest.folder, state)})"
        for name, state in available.items()
    )


def _key(table: str) -> str:
    """The key's columns out of ``raw``, which is JSON wherever the row had the right number of cells."""
    parts = ", ".join(f"json_extract_string(raw, '$.{column}')" for column in TABLES[table].key)
    return f"case when json_valid(raw) then nullif(concat_ws(' ', {parts}), '') end"


def landed_table_sql(manifest: Manifest) -> str:
    """A SELECT with one row per contract table: counts of its state and its watermark."""
    rows = ",\n".join(
        f"({_text(name)}, {state.available}, {state.rows}, {state.bad_rows}, {state.deleted_rows}, "
        f"{_text(state.watermark)}, {_text(state.unavailable_reason)}, {state.is_full})"
        for name, state in manifest.tables.items()
    )
    return (
        "select table_name, is_available, cast(row_count as bigint) as row_count, "
        "cast(bad_row_count as bigint) as bad_row_count, cast(deleted_row_count as bigint) as deleted_row_count, "
        "cast(watermark as varchar) as watermark, cast(watermark as timestamp) as newest_updated_at, "
        "cast(unavailable_reason as varchar) as unavailable_reason, is_full\n"
        f"from (values\n{rows}\n) as landed (table_name, is_available, row_count, bad_row_count, deleted_row_count, "
        "watermark, unavailable_reason, is_full)"
    )


def state_sql(folder: Path, state: TableState, columns: str) -> str:
    """The latest good rows of a chain of files; one base alone needs no look at the others."""
    if len(state.files) == 1:
        return f"select {columns} from {_read(folder, state.files)}"
    return (
        f"select {columns} from (select *, {_place(folder, state.files)} as _place "
        f"from {_read(folder, state.files, named=True)}) "
        f"semi join ({_winners(folder, state)}) as winner using (_record_id, _place)"
    )


def bad_state_sql(folder: Path, state: TableState, names: Sequence[str] = _BAD_NAMES) -> str:
    """The bad rows of a chain of files that no later file has replaced."""
    columns = ", ".join(names)
    if len(state.bad_files) == 1:
        return f"select {columns} from {_read(folder, state.bad_files)}"
    return (
        f"select {columns} from (select *, record_id as _record_id, {_place(folder, state.bad_files)} as _place "
        f"from {_read(folder, state.bad_files, named=True)}) "
        f"semi join ({_winners(folder, state)}) as winner using (_record_id, _place)"
    )


def _winners(folder: Path, state: TableState) -> str:
    good = f"select _record_id, {_place(folder, state.files)} as _place from {_read(folder, state.files, named=True)}"
    bad = f"select record_id, {_place(folder, state.bad_files)} from {_read(folder, state.bad_files, named=True)}"
    return f"select _record_id, max(_place) as _place from ({good} union all {bad}) group by _record_id"


def _place(folder: Path, files: Sequence[str]) -> str:
    return f"list_position({_paths(folder, files)}, filename)"


def _read(folder: Path, files: Sequence[str], *, named: bool = False) -> str:
    extra = ", filename = true" if named else ""
    return f"read_parquet({_paths(folder, files)}, union_by_name = true{extra})"


def _paths(folder: Path, files: Sequence[str]) -> str:
    return "[" + ", ".join(_text(str(folder / file)) for file in files) + "]"


def column_list(table: str, extras: Sequence[str]) -> str:
    """All landed columns of ``table`` in their order, as SQL."""
    names = [*TABLES[table].column_names, *extras, *(name for name, _, _ in TRACE_FIELDS)]
    return ", ".join(quoted(name) for name in names)


def _empty_sql(table: str) -> str:
    typed = [(column.name, SQL_TYPES[column.kind]) for column in TABLES[table].columns]
    typed += [(name, kind) for name, _, kind in TRACE_FIELDS]
    return "select " + ", ".join(f"cast(null as {kind}) as {name}" for name, kind in typed) + " where false"


def quoted(name: str) -> str:
    """A column name as SQL writes it, whatever characters are in it."""
    return '"' + name.replace('"', '""') + '"'


def _text(value: str | None) -> str:
    return "null" if value is None else "'" + value.replace("'", "''") + "'"
