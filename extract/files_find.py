"""Which files of a folder hold which table: ``deals.csv``, ``deals.parquet``, or a folder ``deals`` of either."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from attribution_models.errors import BadInput
from extract.contract import Table

Format = Literal["csv", "parquet"]
_FORMATS: dict[str, Format] = {".csv": "csv", ".parquet": "parquet"}


@dataclass(frozen=True)
class SourceFile:
    """One file; ``name`` is its path inside the folder, as people are shown it."""

    path: Path
    name: str
    format: Format


def find_files(folder: Path, table: Table) -> list[SourceFile]:
    """The files of ``table`` in the order of their names; none if an optional table is not there.

    Raises:
        BadInput: the folder can't be read, a required table is missing, or a table is there more than once.
    """
    entries = _entries(folder)
    found = [entry for entry in entries if _table_name(entry) == table.name]
    if len(found) > 1:
        raise BadInput(
            f"{folder} holds the table {table.name} more than once: {', '.join(_shown(entry) for entry in found)}.",
            "Keep one of them; several files of one table go into one folder of its name.",
        )
    if not found and table.required:
        raise _missing(folder, table, entries)
    if not found:
        return []
    return _files_in(folder, found[0]) if found[0].is_dir() else [_source_file(folder, found[0])]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "_")))
    except OSError as error:
        raise BadInput(
            f"The folder {folder} can't be read: {error.strerror}.",
            "Name a folder that holds deals, partners and partner_activities as .csv or .parquet: files:DIR.",
        ) from error


def _table_name(entry: Path) -> str | None:
    """The table that an entry of the folder would be; None for a file of another kind."""
    if entry.is_dir():
        return entry.name.lower()
    return entry.stem.lower() if entry.suffix.lower() in _FORMATS else None


def _files_in(folder: Path, part: Path) -> list[SourceFile]:
    inside = sorted(path for path in part.rglob("*") if path.is_file() and not _is_hidden(path.relative_to(part)))
    files = [_source_file(folder, path) for path in inside if path.suffix.lower() in _FORMATS]
    formats = {file.format for file in files}
    if len(formats) != 1:
        what = "neither .csv nor .parquet files" if not formats else "both .csv and .parquet files"
        raise BadInput(f"The folder {part.name} holds {what}.", "Give it the table's files, all of one kind.")
    return files


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def _source_file(folder: Path, path: Path) -> SourceFile:
    return SourceFile(path, path.relative_to(folder).as_posix(), _FORMATS[path.suffix.lower()])


def _shown(entry: Path) -> str:
    return f"{entry.name}/" if entry.is_dir() else entry.name


def _missing(folder: Path, table: Table, entries: Sequence[Path]) -> BadInput:
    names = [_shown(entry) for entry in entries]
    close = get_close_matches(table.name, [entry.stem.lower() for entry in entries], n=1, cutoff=0.7)
    hint = next((f" {_shown(entry)} looks like it." for entry in entries if entry.stem.lower() in close), "")
    return BadInput(
        f"{folder} has no {table.name}.csv, {table.name}.parquet or folder {table.name}; "
        f"it holds {', '.join(names) or 'nothing'}.",
        f"The table {table.name} is required: add it under that name.{hint}",
    )
