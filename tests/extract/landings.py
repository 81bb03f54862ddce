"""Landings read back as plain rows, and the smallest folder of tables that can be landed."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from extract.landing import Manifest, bad_row_sql, landed_state_sql, landed_table_sql

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
