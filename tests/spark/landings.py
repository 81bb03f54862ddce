"""Adversarial worlds landed as two landings would leave them: rows that changed, turned bad or were mended since."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.contract import TABLES
from extract.manifest import Manifest, TableState
from extract.schema import BAD_SCHEMA, arrow_schema
from tests.reference.landed import Landed

RUN_ID = "11111111-2222-4333-8444-555555555555"
UNAVAILABLE = "partner_investments"

Row = dict[str, Any]


def land_twice(folder: Path, landed: Landed) -> Manifest:
    """The manifest of ``landed`` under ``folder/files``: its rows are the state; ``UNAVAILABLE`` was not there."""
    tables = {name: land_table(folder / "files", name, rows) for name, rows in landed.items() if name != UNAVAILABLE}
    states = {name: tables.get(name, TableState(available=False, unavailable_reason="no such file")) for name in TABLES}
    manifest = Manifest(folder / "files", RUN_ID, "files", datetime(2024, 1, 1, tzinfo=UTC), 2, "first", states)
    manifest.path.write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def land_table(folder: Path, name: str, rows: list[Row]) -> TableState:
    """Of every ten rows: one changed, one mended, one turned bad, one came new; the others were landed once."""
    first, second, first_bad, second_bad = [], [], [], []
    for number, row in enumerate(rows):
        match number % 10:
            case 0:
                first.append(rows[number - 1] | {"_record_id": row["_record_id"], "_landed_run": "first"})
                second.append(row)
            case 1:
                first_bad.append(bad_row(name, row, "was bad"))
                second.append(row)
            case 2:
                first.append(row)
                second_bad.append(bad_row(name, row, "turned bad"))
                second_bad.append(bad_row(name, row, "and has it's \\ second fault"))
            case 3:
                second.append(row)
            case _:
                first.append(row)
    files = [write(folder, f"{run}/{name}.parquet", pa.Table.from_pylist(part, arrow_schema(name)))
             for run, part in (("first", first), (RUN_ID, second))]  # fmt: skip
    bad_files = [write(folder, f"{run}/{name}.bad.parquet", pa.Table.from_pylist(part, BAD_SCHEMA))
                 for run, part in (("first", first_bad), (RUN_ID, second_bad))]  # fmt: skip
    deleted = sum(bool(row["_is_deleted"]) for row in rows)
    good = len(rows) - len(second_bad) // 2
    return TableState(
        available=True, files=tuple(files), bad_files=tuple(bad_files), rows=good, bad_rows=len(second_bad) // 2,
        deleted_rows=deleted, landed_rows=len(second), is_full=False, watermark="2024-01-01T00:00:00.000001",
    )  # fmt: skip


def bad_row(table: str, row: Row, reason: str) -> Row:
    """``row`` as landing keeps one that does not parse: its key can be read from ``raw`` in every second one."""
    key = TABLES[table].key[0]
    raw = f'{{"{key}": "{row[key]}"}}' if hash_is_even(row["_record_id"]) else f"{row[key]},one cell too many"
    return {
        "table_name": table, "record_id": row["_record_id"], "source": row["_source"], "reason": reason, "raw": raw,
        "column_name": None if reason == "turned bad" else "amount", "value": "12,0.x",
        "_landed_run": row["_landed_run"],
    }  # fmt: skip


def hash_is_even(text: str) -> bool:
    """The same in every process."""
    return sum(map(ord, text)) % 2 == 0


def write(folder: Path, name: str, table: pa.Table) -> str:
    """Writes ``table`` under its name in ``folder``."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / name)
    return name
