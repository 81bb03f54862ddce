"""One table of a landing: its batches to Parquet, repeated and vanished rows settled, and its state counted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from attribution_models.errors import BadInput
from extract.connector import TableRead
from extract.disk import sync_file
from extract.manifest import TableState, file_hash
from extract.parse import Batch
from extract.schema import BAD_SCHEMA, arrow_schema
from extract.state import bad_state_sql, column_list, state_sql

ROW_GROUP = 100_000
LONGEST_CHAIN = 20
SHOWN_CELLS = 5


@dataclass(frozen=True)
class Place:
    """Where a table is landed: ``root`` is ``landing/<connector>``, ``folder`` the run's own, still partial."""

    root: Path
    folder: Path
    run_id: str
    table: str

    @property
    def good(self) -> Path:
        return self.folder / f"{self.table}.parquet"

    @property
    def bad(self) -> Path:
        return self.folder / f"{self.table}.bad.parquet"


def land_table(
    connection: duckdb.DuckDBPyConnection,
    read: TableRead,
    previous: TableState | None,
    place: Place,
    bad_row_share: float,
) -> TableState:
    """Write what ``read`` brings; returns the table's state, with paths as they will be after the rename.

    ``connection`` is one to an empty database in memory: it reads and rewrites Parquet, and keeps nothing.

    Raises:
        BadInput: more than ``bad_row_share`` of the table's rows are bad.
    """
    if not read.is_available:
        return TableState(False, read.unavailable_reason, schema_seen=read.schema_seen)
    _write(read, place)
    _drop_repeats(connection, read, place)
    _keep_gone(connection, read, previous, place)
    landed = _count(connection, _scan(place.good)) + _count(connection, _scan(place.bad))
    state = _chain(read, previous, place, landed)
    if len(state.files) > LONGEST_CHAIN:
        state = _compact(connection, state, place)
    counted = _counted(connection, state, place.root)
    refuse_bad_share(connection, counted, place, bad_row_share)
    return _sealed(counted, previous, place)


def _write(read: TableRead, place: Place) -> None:
    """Stream the batches into the run's two files; memory holds one row group."""
    schema = arrow_schema(read.table, read.extras)
    with _writer(place.good, schema) as good, _writer(place.bad, BAD_SCHEMA) as bad:
        for group in _groups(read.batches):
            good.write_table(_stamped(pa.concat_tables([batch.good for batch in group]), place.run_id))
            bad.write_table(_stamped(pa.concat_tables([batch.bad for batch in group]), place.run_id))


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, compression="zstd")


def _groups(batches: Iterable[Batch]) -> Iterable[list[Batch]]:
    group: list[Batch] = []
    rows = 0
    for batch in batches:
        group.append(batch)
        rows += batch.good.num_rows + batch.bad.num_rows
        if rows >= ROW_GROUP:
            yield group
            group, rows = [], 0
    if group:
        yield group


def _stamped(rows: pa.Table, run_id: str) -> pa.Table:
    place = rows.schema.get_field_index("_landed_run")
    return rows.set_column(place, rows.schema.field(place), pa.repeat(pa.scalar(run_id, pa.string()), rows.num_rows))


def _drop_repeats(connection: duckdb.DuckDBPyConnection, read: TableRead, place: Place) -> None:
    """A record that changed while it was being read comes twice: its last good version stays."""
    good, bad = _scan(place.good), _scan(place.bad)
    ids = f"select _record_id as id from {good} union all select record_id from {bad}"
    rows, kinds = _one(connection, f"select count(*), count(distinct id) from ({ids})")
    if rows == kinds:
        return
    last = "qualify row_number() over (partition by {0} order by file_row_number desc) = 1 order by file_row_number"
    columns = column_list(read.table, read.extras)
    _rewrite(connection, place.good, f"select {columns} from {_scan(place.good, True)} {last.format('_record_id')}")
    columns, fresh = ", ".join(BAD_SCHEMA.names), f"where record_id not in (select _record_id from {good})"
    _rewrite(
        connection, place.bad, f"select {columns} from {_scan(place.bad, True)} {fresh} {last.format('record_id')}"
    )


def _keep_gone(
    connection: duckdb.DuckDBPyConnection, read: TableRead, previous: TableState | None, place: Place
) -> None:
    """Keep rows of the previous state that the source no longer has, marked with ``_is_deleted``."""
    whole = read.is_full and read.keeps_missing
    if previous is None or not previous.available or not (whole or read.gone_ids):
        return
    connection.register("gone_id", pa.table({"id": pa.array(sorted(read.gone_ids), pa.string())}))
    condition = "true" if whole else "_record_id in (select id from gone_id) and not _is_deleted"
    new = f"select _record_id from {_scan(place.good)} union all select record_id from {_scan(place.bad)}"
    before = state_sql(place.root, previous, "*")
    gone = f"from ({before}) where {condition} and _record_id not in ({new})"
    if not _count(connection, f"(select 1 {gone})"):
        return
    marks = "true as _is_deleted" + (", true as is_deleted" if read.table == "deals" else "")
    both = f"select * from {_scan(place.good)} union all by name select * replace ({marks}) {gone}"
    _rewrite(connection, place.good, f"select {column_list(read.table, read.extras)} from ({both})")


def _chain(read: TableRead, previous: TableState | None, place: Place, landed: int) -> TableState:
    """The state as a chain of files: a full read starts it anew, a delta that brought rows is added to it."""
    state = TableState(
        available=True,
        files=(_name(place.good),),
        bad_files=(_name(place.bad),),
        extras=read.extras,
        landed_rows=landed,
        is_full=read.is_full,
        full_reason=read.full_reason,
        watermark=read.watermark,
        schema_seen=read.schema_seen,
    )
    if read.is_full or previous is None:
        return state
    if landed:
        return replace(state, files=previous.files + state.files, bad_files=previous.bad_files + state.bad_files)
    place.good.unlink()
    place.bad.unlink()
    return replace(state, files=previous.files, bad_files=previous.bad_files)


def _compact(connection: duckdb.DuckDBPyConnection, state: TableState, place: Place) -> TableState:
    """A chain that has grown long, as one new base of this run; older files stay as they are."""
    columns = column_list(place.table, state.extras)
    good, bad = place.good.with_suffix(".whole"), place.bad.with_suffix(".whole")
    _copy(connection, state_sql(place.root, state, columns), good)
    _copy(connection, bad_state_sql(place.root, state, (*BAD_SCHEMA.names,)), bad)
    good.replace(place.good)
    bad.replace(place.bad)
    return replace(state, files=(_name(place.good),), bad_files=(_name(place.bad),))


def _counted(connection: duckdb.DuckDBPyConnection, state: TableState, root: Path) -> TableState:
    rows, deleted = _one(
        connection,
        f"select count(*), count(*) filter (_is_deleted) from ({state_sql(root, state, '_record_id, _is_deleted')})",
    )
    return replace(
        state, rows=rows, deleted_rows=deleted, bad_rows=_count(connection, f"({bad_state_sql(root, state)})")
    )


def refuse_bad_share(
    connection: duckdb.DuckDBPyConnection, state: TableState, place: Place, bad_row_share: float
) -> None:
    """Stop when more of a table is bad than the policy allows, and show the first cells that are."""
    rows = state.rows + state.bad_rows
    if state.bad_rows <= bad_row_share * rows:
        return
    first = connection.execute(f"{bad_state_sql(place.root, state)} limit {SHOWN_CELLS}").fetchall()
    cells = "\n".join(
        f"    {source}, {column or 'row'} {value!r}: {reason}" for _, _, source, column, value, reason, _ in first
    )
    raise BadInput(
        f"{place.table}: {state.bad_rows} of {rows} rows ({state.bad_rows / rows:.1%}) are bad, more than the "
        f"{bad_row_share:.1%} that the policy's data_quality.bad_row_share allows. The first of them:\n{cells}",
        "Mend these cells at the source and run again, or raise data_quality.bad_row_share to leave such rows out.",
    )


def _sealed(state: TableState, previous: TableState | None, place: Place) -> TableState:
    """The state with hashes, synced to disk, and with the paths that its files have after the rename."""
    hashes = {}
    for name in (*state.files, *state.bad_files):
        final = name.replace(f"{place.folder.name}/", f"{place.run_id}/")
        if final == name and previous is not None and name in previous.hashes:
            hashes[name] = previous.hashes[name]
        else:
            sync_file(place.root / name)
            hashes[final] = file_hash(place.root / name)
    return replace(state, hashes=hashes, files=_moved(state.files, place), bad_files=_moved(state.bad_files, place))


def _moved(names: tuple[str, ...], place: Place) -> tuple[str, ...]:
    return tuple(name.replace(f"{place.folder.name}/", f"{place.run_id}/") for name in names)


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _scan(path: Path, numbered: bool = False) -> str:
    text = str(path).replace("'", "''")
    return f"read_parquet('{text}', file_row_number = {str(numbered).lower()})"


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    text = str(path).replace("'", "''")
    connection.execute(f"copy ({query}) to '{text}' (format parquet, compression zstd)")


def _rewrite(connection: duckdb.DuckDBPyConnection, path: Path, query: str) -> None:
    fresh = path.with_suffix(".fresh")
    _copy(connection, query, fresh)
    fresh.replace(path)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The one row of an aggregate, read to its end: an open result blocks the connection."""
    return connection.execute(query).fetchall()[0]


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(_one(connection, f"select count(*) from {relation}")[0])
