"""Source rows to the contract's typed rows: a good row goes on whole, a bad one is kept apart with its reason.

A row is bad when a non-empty value can't be read or a key is missing. Times that rule 6 judges are an exception: they
become null and are named in ``_unparsed``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from extract.arrays import Bools, Cells, absent, names_where
from extract.contract import Column, Table
from extract.parse_values import Parsed, clean_text, parse_column
from extract.schema import BAD_SCHEMA, arrow_schema

LONGEST_VALUE = 200


@dataclass(frozen=True)
class Origin:
    """Where each row of a batch comes from: unique ids, the words a person looks it up by, and deletion marks."""

    record_ids: Cells
    sources: Cells
    is_deleted: Cells | None = None


@dataclass(frozen=True)
class Batch:
    """Rows ready to land: ``good`` in the table's schema, ``bad`` in BAD_SCHEMA; ``_landed_run`` is still null."""

    good: pa.Table
    bad: pa.Table


def parse_rows(table: Table, cells: Mapping[str, Cells], extras: Mapping[str, Cells], origin: Origin) -> Batch:
    """The rows of ``cells`` (contract columns by name; one that the source lacks may be absent) typed and judged."""
    rows = len(origin.record_ids)
    present = {c.name: cells.get(c.name, pa.nulls(rows, pa.string())) for c in table.columns}
    parsed = {column.name: parse_column(column, present[column.name]) for column in table.columns}
    faults = _faults(table, parsed)
    is_bad = np.logical_or.reduce([mask for _, mask, _ in faults])
    columns = {name: column.values for name, column in parsed.items()}
    columns |= {name: clean_text(array) for name, array in extras.items()}
    columns |= _trace(table, parsed, origin)
    schema = arrow_schema(table.name, tuple(extras))
    good = pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)
    if not is_bad.any():
        return Batch(good, BAD_SCHEMA.empty_table())
    bad = _bad_rows(table, present | dict(extras), faults, origin, is_bad)
    return Batch(good.filter(pa.array(~is_bad)), bad)


def bad_table(table_name: str, rows: Sequence[Mapping[str, str | None]]) -> pa.Table:
    """Bad rows that never became cells, such as a line with too few of them, in BAD_SCHEMA."""
    return pa.Table.from_pylist([{"table_name": table_name, **row} for row in rows], schema=BAD_SCHEMA)


def _faults(table: Table, parsed: Mapping[str, Parsed]) -> list[tuple[Column, Bools, str]]:
    found = []
    for column in table.columns:
        cells = parsed[column.name]
        if not column.is_lenient:
            found.append((column, cells.failed, cells.reason))
        if column.name in table.key:
            found.append((column, absent(cells.values) & ~cells.failed, f"no {column.name}, and a row needs it"))
    return found


def _trace(table: Table, parsed: Mapping[str, Parsed], origin: Origin) -> dict[str, Cells]:
    rows = len(origin.record_ids)
    times = [column.name for column in table.columns if column.kind == "time"]
    lenient = [column.name for column in table.columns if column.is_lenient]
    return {
        "_record_id": origin.record_ids,
        "_source": origin.sources,
        "_date_only": names_where(times, [parsed[name].date_only for name in times], rows),
        "_unparsed": names_where(lenient, [parsed[name].failed for name in lenient], rows),
        "_is_deleted": _deleted(parsed, origin),
        "_landed_run": pa.nulls(rows, pa.string()),
    }


def _deleted(parsed: Mapping[str, Parsed], origin: Origin) -> Cells:
    if origin.is_deleted is not None:
        return origin.is_deleted
    if "is_deleted" in parsed:
        return parsed["is_deleted"].values.fill_null(False)
    return pa.array(np.zeros(len(origin.record_ids), bool))


def _bad_rows(
    table: Table, cells: Mapping[str, Cells], faults: list[tuple[Column, Bools, str]], origin: Origin, is_bad: Bools
) -> pa.Table:
    """One row per bad source row: its first fault in the table's columns, further ones named in the reason."""
    picked = pa.array(is_bad)
    raw = {name: clean_text(array.filter(picked)).to_pylist() for name, array in cells.items()}
    found: list[list[tuple[str, str]]] = [[] for _ in range(int(is_bad.sum()))]
    for column, mask, reason in faults:
        for row in np.nonzero(mask[is_bad])[0]:
            found[row].append((column.name, reason))
    ids, sources = (array.filter(picked).to_pylist() for array in (origin.record_ids, origin.sources))
    return bad_table(
        table.name,
        [
            {"record_id": ids[row], "source": sources[row], **_fault_cells(faulty, {k: v[row] for k, v in raw.items()})}
            for row, faulty in enumerate(found)
        ],
    )


def _fault_cells(faulty: list[tuple[str, str]], row: Mapping[str, str | None]) -> dict[str, str | None]:
    (column, reason), *others = faulty
    also = "".join(f"; also {name} {_shown(row[name])}: {why}" for name, why in others)
    value = row[column]
    return {
        "column_name": column,
        "value": None if value is None else value[:LONGEST_VALUE],
        "reason": reason + also,
        "raw": json.dumps({name: cell for name, cell in row.items() if cell is not None}, ensure_ascii=False),
    }


def _shown(value: str | None) -> str:
    return "(empty)" if value is None else repr(value[:LONGEST_VALUE])
