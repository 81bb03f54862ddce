"""What the marts say the CRM should show, in canonical form."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb

from writeback.canonical import canonical, long_id
from writeback.target import Target
from writeback.types import Value

_ROWS_AT_A_TIME = 10_000


@dataclass
class Desired:
    """Rows of one target by key, with what they lock (``parents``) and what people call them (``labels``).

    ``duplicates``: keys that came more than once; the first row stands. ``keyless``: rows without a key.
    """

    rows: dict[str, dict[str, Value]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    duplicates: set[str] = field(default_factory=set)
    keyless: int = 0


def read_desired(con: duckdb.DuckDBPyConnection, target: Target, schema: str) -> Desired:
    """The rows of ``target``'s mart in ``schema`` (catalog.schema).

    Raises:
        LookupError: the mart lacks a field of the target.
        ValueError: a value is not of its field's kind.
    """
    found = Desired()
    for record in _records(con, target.rows_sql.format(schema=schema)):
        key = record.get(target.mart_key)
        if key is None or key == "":
            found.keyless += 1
        else:
            _add(found, target, long_id(str(key)), record)
    return found


def _records(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[dict[str, Any]]:
    cursor = con.cursor().execute(sql)
    names = [column[0] for column in cursor.description or ()]
    while rows := cursor.fetchmany(_ROWS_AT_A_TIME):
        for row in rows:
            yield dict(zip(names, row, strict=True))


def _add(found: Desired, target: Target, key: str, record: dict[str, Any]) -> None:
    if key in found.rows:
        found.duplicates.add(key)
        return
    found.rows[key] = _row(target, record)
    found.parents[key] = str(record["_parent"] or "")
    found.labels[key] = str(record["_label"] or "")


def _row(target: Target, record: dict[str, Any]) -> dict[str, Value]:
    given = record | dict(target.constants)
    missing = [name for name in target.field_names if name not in given]
    if missing:
        raise LookupError(f"the mart of {target.object_name} has no column {', '.join(missing)}")
    return {field.name: canonical(field, given[field.name]) for field in target.fields}
