"""Rows: what makes one bad, what does not, and what is told of it."""

import json
from typing import Any

import pyarrow as pa
import pytest

from extract.contract import TABLES
from extract.parse import Batch, Origin, parse_rows

KEYS = [(name, key) for name, table in TABLES.items() for key in table.key]
GOOD = {
    "time": "2026-01-01T10:00:00Z",
    "date": "2026-01-01",
    "money": "10.5",
    "rate": "0.9",
    "unit_share": "0.5",
    "number": "0.5",
    "integer": "3",
    "boolean": "true",
}
UNREADABLE = {**dict.fromkeys(GOOD, "n/a"), "time": "31.12.2025"}


def full_row(table: str) -> dict[str, str]:
    """A row of ``table`` with a readable value in every column."""
    return {c.name: GOOD.get(c.kind) or (c.values[0] if c.values else "x1") for c in TABLES[table].columns}


def parse(table: str, *rows: dict[str, Any]) -> Batch:
    ids = pa.array([str(place) for place in range(len(rows))])
    cells = {c.name: pa.array([row.get(c.name) for row in rows], pa.string()) for c in TABLES[table].columns}
    return parse_rows(TABLES[table], cells, {}, Origin(ids, ids))


@pytest.mark.parametrize("table", TABLES)
def test_a_full_row_is_good(table: str) -> None:
    """A row with a readable value in every column lands, in each table, with nothing null but the run's name."""
    batch = parse(table, full_row(table))
    assert batch.bad.num_rows == 0
    (row,) = batch.good.to_pylist()
    assert [name for name, value in row.items() if value is None] == ["_landed_run"]


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_a_row_without_its_key_is_bad(table: str, key: str) -> None:
    """A row that can't be told from others is kept apart, with the key's name."""
    batch = parse(table, {**full_row(table), key: " "})
    assert batch.good.num_rows == 0
    (bad,) = batch.bad.to_pylist()
    assert (bad["table_name"], bad["column_name"], bad["value"]) == (table, key, None)
    assert f"no {key}" in bad["reason"]


@pytest.mark.parametrize("table", TABLES)
def test_only_keys_may_not_be_empty(table: str) -> None:
    """Empty values are not bad: rules judge them, so a row of keys alone lands."""
    keys = {name: value for name, value in full_row(table).items() if name in TABLES[table].key}
    assert parse(table, keys).bad.num_rows == 0


TYPED = [(t.name, c.name, c.kind) for t in TABLES.values() for c in t.columns if c.kind in GOOD and not c.is_lenient]


@pytest.mark.parametrize(("table", "name", "kind"), TYPED)
def test_a_value_that_cannot_be_read_makes_the_row_bad(table: str, name: str, kind: str) -> None:
    """In every typed column an unreadable value keeps the row apart, and is named with its reason."""
    batch = parse(table, {**full_row(table), name: UNREADABLE[kind]})
    assert batch.good.num_rows == 0
    (bad,) = batch.bad.to_pylist()
    assert (bad["column_name"], bad["value"]) == (name, UNREADABLE[kind])
    assert bad["reason"].startswith("not ")


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("partner_activities", "occurred_at"),
        ("deal_registrations", "submitted_at"),
        ("account_integrations", "enabled_at"),
    ],
)
def test_times_that_rule_6_judges_are_not_bad(table: str, name: str) -> None:
    """Rule 6 excludes such a touchpoint as missing_timestamp, so the row lands with the time null and named."""
    batch = parse(table, {**full_row(table), name: "soon"}, {**full_row(table), name: ""})
    assert batch.bad.num_rows == 0
    first, second = batch.good.to_pylist()
    assert (first[name], first["_unparsed"]) == (None, [name])
    assert (second[name], second["_unparsed"]) == (None, [])


def test_dates_alone_are_named() -> None:
    """Each time that came as a date is listed, in the order of the columns, so that rule 1 can read it as a day."""
    (row,) = parse(
        "deals", {**full_row("deals"), "closed_at": "2026-03-31", "created_at": "2026-01-01"}
    ).good.to_pylist()
    assert row["_date_only"] == ["created_at", "closed_at"]


def test_a_bad_row_is_one_row_with_all_its_faults() -> None:
    """A source row counts once, however many of its cells are bad; the others are in the reason, the row in ``raw``."""
    batch = parse("deals", {**full_row("deals"), "amount": "ten", "status": "gone", "region": "é"})
    (bad,) = batch.bad.to_pylist()
    assert (bad["column_name"], bad["value"]) == ("status", "gone")
    assert "also amount 'ten'" in bad["reason"]
    assert json.loads(bad["raw"])["region"] == "é"


def test_a_bad_row_among_good_ones_takes_none_with_it() -> None:
    """Rows before and after a bad one land in their order."""
    row = full_row("deals")
    batch = parse("deals", *({**row, "deal_id": str(n), "amount": "x" if n == 2 else "1"} for n in range(5)))
    assert batch.good["deal_id"].to_pylist() == ["0", "1", "3", "4"]
    assert batch.bad["record_id"].to_pylist() == ["2"]
