"""A CSV file as batches of text cells with their row numbers; what is wrong with a file is said with its row.

Rows are counted as a spreadsheet shows them: the header is row 1, and a cell with line breaks is still one row.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

from attribution_models.errors import BadInput
from extract.arrays import Cells, Ints, compute, one_chunk

BLOCK_BYTES = 16 << 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class RaggedRow:
    """A line with more or fewer cells than the header."""

    row: int
    reason: str
    text: str


@dataclass(frozen=True)
class CellBatch:
    """Cells by position in the header, with the row each comes from."""

    rows: Ints
    cells: list[Cells]
    ragged: list[RaggedRow]


def read_header(path: Path, name: str) -> list[str]:
    """The names in the file's first row, as they are written.

    Raises:
        BadInput: the file is empty, is not UTF-8, or has the same name twice.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] in _UTF16:
        raise BadInput(f"{name} is encoded as UTF-16.", "Save it as CSV UTF-8.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = [cell.strip() for cell in next(csv.reader(file), [])]
    except UnicodeDecodeError as error:
        raise _not_utf8(path, name) from error
    if not any(header):
        raise BadInput(
            f"{name} is empty: it has no header row.", "Export it again, with column names in the first row."
        )
    return header


def read_csv(path: Path, name: str, columns: int) -> Iterator[CellBatch]:
    """The file's rows below its header, block by block; a line without any value is not a row.

    Raises:
        BadInput: the file is not UTF-8 or opens a quote that is never closed.
    """
    if _is_header_alone(path):  # without a line break at its end, Arrow takes it for a torn row
        return
    ragged: list[RaggedRow] = []
    next_row, spans_lines = 2, False
    try:
        for block in pv.open_csv(path, **_options(columns, ragged)):
            rows = _row_numbers(next_row, len(block), ragged)
            next_row = int(rows[-1]) + 1
            now, ragged[:] = [r for r in ragged if r.row < next_row], [r for r in ragged if r.row >= next_row]
            batch = _without_blank_rows(rows, [one_chunk(cells) for cells in block.columns], now)
            spans_lines = spans_lines or _spans_lines(batch)
            yield batch
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise _explain(path, name, error) from error
    if ragged:
        last = CellBatch(np.zeros(0, np.int64), [pa.array([], pa.string())] * columns, ragged)
        spans_lines = spans_lines or _spans_lines(last)
        yield last
    if spans_lines:
        _refuse_open_quote(path, name)


def _is_header_alone(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            file.readline()
            return not file.read(1)
    except UnicodeDecodeError:
        return False


def _options(columns: int, ragged: list[RaggedRow]) -> dict[str, Any]:
    names = [str(place) for place in range(columns)]

    def keep(row: pv.InvalidRow) -> Literal["skip"]:
        reason = f"{row.actual_columns} cells where the header has {row.expected_columns}"
        ragged.append(RaggedRow(row.number or 0, reason, row.text))
        return "skip"

    return {
        # One thread, because only then does Arrow say which row is ragged.
        "read_options": pv.ReadOptions(
            use_threads=False, column_names=names, skip_rows_after_names=1, block_size=BLOCK_BYTES
        ),
        "parse_options": pv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep),
        "convert_options": pv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    }


def _row_numbers(first: int, count: int, ragged: list[RaggedRow]) -> Ints:
    """Numbers of the next ``count`` whole rows: ragged ones among them took a number too."""
    skipped = [row.row for row in ragged]
    candidates = np.arange(first, first + count + len(skipped))
    return candidates[~np.isin(candidates, skipped)][:count] if skipped else candidates


def _without_blank_rows(rows: Ints, cells: list[Cells], ragged: list[RaggedRow]) -> CellBatch:
    blank = np.ones(len(rows), bool)
    for column in cells:
        if not blank.any():
            return CellBatch(rows, cells, ragged)
        blank &= np.asarray(compute.equal(column, ""))
    kept = pa.array(~blank)
    return CellBatch(rows[~blank], [column.filter(kept) for column in cells], ragged)


def _spans_lines(batch: CellBatch) -> bool:
    if any("\n" in row.text for row in batch.ragged):
        return True
    return any(compute.any(compute.match_substring(column, "\n")).as_py() for column in batch.cells)


def _refuse_open_quote(path: Path, name: str) -> None:
    """A quote that is opened by mistake swallows the rows after it, up to the next quote or the end of the file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        row, lines = 1, 0
        while True:
            try:
                if next(reader, None) is None:
                    return
            except csv.Error as error:
                if reader.line_num - lines > 1 or "end of data" in str(error):
                    raise BadInput(
                        f'{name} row {row} (line {lines + 1} of the file) opens a quote " that is not closed where it '
                        "should be, so the rows after it can't be told apart.",
                        'Close the quote, or write a quote inside a cell twice ("").',
                    ) from error
            row, lines = row + 1, reader.line_num


def _explain(path: Path, name: str, error: Exception) -> BadInput:
    if "UTF8" in str(error) or isinstance(error, UnicodeDecodeError):
        return _not_utf8(path, name)
    _refuse_open_quote(path, name)
    return BadInput(f"{name} can't be read as CSV: {error}", "Export it again as CSV UTF-8 with commas.")


def _not_utf8(path: Path, name: str) -> BadInput:
    """Names the line and byte, found in the file itself; Arrow says only that there is one."""
    content = path.read_bytes()
    try:
        content.decode("utf-8")
        place = ""
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        place = f" (line {line} of the file holds the byte 0x{content[error.start]:02x})"
    return BadInput(
        f"{name} is not UTF-8{place}; it may be Latin-1 or Windows-1252.", "Save or export it as CSV UTF-8."
    )
