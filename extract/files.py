"""Connector ``files``: a folder with one CSV or Parquet file, or a folder of them, per table.

It is read whole at each run. CSV cells are text first, so ids keep their zeros; Parquet keeps its types, and a DATE is
a date alone. Rows are named by file and row.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from attribution_models.errors import BadInput
from extract.arrays import Cells, Ints, compute
from extract.connector import TableRead
from extract.contract import TABLES, Table
from extract.files_csv import CellBatch, read_csv, read_header
from extract.files_find import SourceFile, find_files
from extract.manifest import Manifest
from extract.parse import LONGEST_VALUE, Batch, Origin, bad_table, parse_rows
from extract.schema import TRACE_NAMES

PARQUET_ROWS = 65_536


@dataclass(frozen=True)
class _Header:
    """Places of the contract's columns and, by their own names, of the extra ones in a file."""

    known: Mapping[str, int]
    extras: Mapping[str, int]

    def extra_place(self, name: str) -> int | None:
        """Where the extra column is in this file; other files of the table may spell its case differently."""
        return next((place for extra, place in self.extras.items() if extra.lower() == name.lower()), None)


class FilesConnector:
    """Reads the tables in ``folder``."""

    name = "files"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def extract(
        self, tables: Sequence[str], previous: Manifest | None, extracted_at: datetime, full: bool
    ) -> Iterable[TableRead]:
        """Each table, whole. All files and headers are looked at before the first row is read.

        Raises:
            BadInput: a required table or column is missing, or a file can't be read; names file and column.
        """
        found = {name: find_files(self._folder, TABLES[name]) for name in tables}
        headers = {file.name: _header(TABLES[name], file) for name, files in found.items() for file in files}
        for name in tables:
            yield self._read(TABLES[name], found[name], headers)

    def _read(self, table: Table, files: list[SourceFile], headers: Mapping[str, _Header]) -> TableRead:
        if not files:
            return TableRead(table.name, False, f"no {table.name} file in the folder")
        spelled = {name.lower(): name for file in reversed(files) for name in headers[file.name].extras}
        extras = tuple(dict.fromkeys(spelled[name.lower()] for file in files for name in headers[file.name].extras))
        seen = {file.name: [*headers[file.name].known, *headers[file.name].extras] for file in files}
        read = TableRead(table.name, extras=extras, schema_seen={"files": seen})
        read.batches = _batches(table, read, [(file, headers[file.name]) for file in files])
        return read


def _batches(table: Table, read: TableRead, files: list[tuple[SourceFile, _Header]]) -> Iterator[Batch]:
    for file, header in files:
        for cells in _cell_batches(file, header):
            batch = _parse(table, read.extras, file, header, cells)
            if "updated_at" in table.column_names:
                read.watermark = _later(read.watermark, batch.good)
            yield batch


def _cell_batches(file: SourceFile, header: _Header) -> Iterator[CellBatch]:
    if file.format == "csv":
        return read_csv(file.path, file.name, len(header.known) + len(header.extras))
    return _read_parquet(file)


def _parse(table: Table, extras: tuple[str, ...], file: SourceFile, header: _Header, cells: CellBatch) -> Batch:
    numbers = pa.array(cells.rows).cast(pa.string())
    known = {name: cells.cells[place] for name, place in header.known.items()}
    nothing = pa.nulls(len(numbers), pa.string())
    places = {name: header.extra_place(name) for name in extras}
    more = {name: nothing if place is None else cells.cells[place] for name, place in places.items()}
    origin = Origin(_joined(f"{file.name}:", numbers), _joined(f"{file.name} row ", numbers))
    batch = parse_rows(table, known, more, origin)
    if not cells.ragged:
        return batch
    ragged = [
        {
            "record_id": f"{file.name}:{row.row}",
            "source": f"{file.name} row {row.row}",
            "value": row.text[:LONGEST_VALUE],
            "reason": row.reason,
            "raw": row.text,
        }
        for row in cells.ragged
    ]
    return Batch(batch.good, pa.concat_tables([batch.bad, bad_table(table.name, ragged)]))


def _joined(prefix: str, numbers: Cells) -> Cells:
    joined: Cells = compute.binary_join_element_wise(prefix, numbers, "")
    return joined


def _later(watermark: str | None, rows: pa.Table) -> str | None:
    """The newest updated_at so far."""
    newest = compute.max(rows["updated_at"]).as_py()
    return max(filter(None, (watermark, newest and newest.isoformat(timespec="microseconds"))), default=None)


def _header(table: Table, file: SourceFile) -> _Header:
    names = read_header(file.path, file.name) if file.format == "csv" else _parquet_names(file)
    lowered = [name.lower() for name in names]
    _refuse_repeats(file, lowered)
    missing = [name for name in table.required_names if name not in lowered]
    if missing:
        raise _missing_columns(table, file, names, missing)
    known = {name: lowered.index(name) for name in table.column_names if name in lowered}
    places = [place for place in range(len(names)) if place not in known.values()]
    return _Header(known, {_free_name(names[place], place, lowered): place for place in places})


def _free_name(name: str, place: int, taken: Sequence[str]) -> str:
    """An extra column under its own name, or under a free one where that is empty or landing's own."""
    if name and name.lower() not in TRACE_NAMES:
        return name
    free = f"source{name.lower()}" if name else f"column_{place + 1}"
    while free in taken:
        free += "_"
    return free


def _refuse_repeats(file: SourceFile, names: list[str]) -> None:
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise BadInput(
            f"{file.name} has more than one column named {', '.join(repeated)}.",
            "Keep one of them; upper and lower case make no difference.",
        )


def _missing_columns(table: Table, file: SourceFile, names: list[str], missing: list[str]) -> BadInput:
    found = f"{file.name} has no column {', '.join(missing)}; its columns are {', '.join(names)}."
    for separator, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if file.format == "csv" and len(names) == 1 and separator in names[0]:
            return BadInput(f"{file.name} is separated by {word}, not by commas.", "Export it with commas.")
    close = {name: get_close_matches(name, [n.lower() for n in names], n=1, cutoff=0.75) for name in missing}
    hints = "".join(f" Is {match[0]} meant to be {name}?" for name, match in close.items() if match)
    return BadInput(
        found,
        f"The table {table.name} needs {', '.join(table.required_names)}: add what is missing, even if empty.{hints}",
    )


def _parquet_names(file: SourceFile) -> list[str]:
    return [name.strip() for name in _open_parquet(file).schema_arrow.names]


def _open_parquet(file: SourceFile) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file.path)
    except pa.ArrowInvalid as error:
        raise BadInput(f"{file.name} is not a Parquet file: {error}", "Write it again.") from error


def _read_parquet(file: SourceFile) -> Iterator[CellBatch]:
    """Rows of a Parquet file, counted from 1: it has no header row."""
    first = 1
    try:
        for block in _open_parquet(file).iter_batches(PARQUET_ROWS):
            rows: Ints = np.arange(first, first + len(block))
            yield CellBatch(rows, list(block.columns), [])
            first += len(block)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(f"{file.name} can't be read as Parquet: {error}", "Write it again.") from error
