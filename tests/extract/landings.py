"""Landings read back as plain rows, and the smallest folder of tables that can be landed."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from extract.connector import TableRead
from extract.contract import TABLES
from extract.landing import Manifest, bad_row_sql, landed_state_sql, landed_table_sql
from extract.parse import Batch, Origin, parse_rows

AT = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
Rows = list[dict[str, Any]]
REQUIRED: dict[str, list[dict[str, str]]] = {
    "deals": [{"deal_id": "D1", "account_id": "A1", "status": "won", "amount": "1000", "created_at": "2026-01-01"}],
    "partners": [{"partner_id": "P1", "partner_name": "Acme"}],
    "partner_activities": [
        {"activity_id": "T1", "partner_id": "P1", "activity_type": "joint_call", "occurred_at": "2026-02-01"}
    ],
}


def query(sql: str) -> Rows:
    with duckdb.connect() as connection:
        result = connection.execute(sql)
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def state(manifest: Manifest, table: str) -> Rows:
    """The landed state of ``table``, by record."""
    return sorted(query(landed_state_sql(manifest, table)), key=lambda row: row["_record_id"])


def bad_rows(manifest: Manifest) -> Rows:
    return query(bad_row_sql(manifest))


def landed_tables(manifest: Manifest) -> dict[str, dict[str, Any]]:
    return {row["table_name"]: row for row in query(landed_table_sql(manifest))}


def column(rows: Iterable[Mapping[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]


@dataclass
class SmallCrm:
    """A connector over a dict of deals by record id, as a CRM would give them: whole, or what changed.

    ``changes`` are the records that a delta brings (None: it reads whole), ``repeated`` those that come once more at
    the end of the same reading, ``gone`` the ids that a delta names as having left.
    """

    deals: dict[str, dict[str, str]]
    changes: dict[str, dict[str, str]] | None = None
    gone: set[str] = field(default_factory=set)
    extras: tuple[str, ...] = ()
    repeated: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    name: str = "small"

    def extract(
        self, tables: Sequence[str], previous: Manifest | None, extracted_at: datetime, full: bool
    ) -> Iterable[TableRead]:
        for table in tables:
            yield self._deals(previous, full) if table == "deals" else TableRead(table, False, "not kept here")

    def _deals(self, previous: Manifest | None, full: bool) -> TableRead:
        is_full = full or previous is None or self.changes is None
        rows = [*(self.deals if is_full else self.changes or {}).items(), *self.repeated]
        batches = (self._batch(rows[start : start + 3]) for start in range(0, len(rows), 3))
        return TableRead(
            "deals",
            is_full=is_full,
            keeps_missing=True,
            extras=self.extras,
            batches=batches,
            watermark=extracted_stamp(len(rows)),
            gone_ids=set() if is_full else self.gone,
        )

    def _batch(self, rows: Sequence[tuple[str, dict[str, str]]]) -> Batch:
        names = [*TABLES["deals"].column_names, *self.extras]
        cells = {name: pa.array([row.get(name) for _, row in rows], pa.string()) for name in names}
        ids = pa.array([record_id for record_id, _ in rows])
        extras = {name: cells.pop(name) for name in self.extras}
        return parse_rows(TABLES["deals"], cells, extras, Origin(ids, ids))


def extracted_stamp(second: int) -> str:
    return f"2026-01-01T00:00:{second:02d}+00:00"


def deal(deal_id: str, amount: str = "1000", **more: str) -> dict[str, str]:
    return {**REQUIRED["deals"][0], "deal_id": deal_id, "amount": amount, **more}
