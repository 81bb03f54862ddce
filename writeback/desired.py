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
    for record in _records(con, f"select * from {schema}.{target.mart}"):
        key = record.get(target.mart_key)
        if key is None or key == "":
            found.keyless += 1
        elif long_id(str(key)) in found.rows:
            found.duplicates.add(long_id(str(key)))
        else:
            found.rows[long_id(str(key))] = _row(target, record)
    for key, parent, label in (record.values() for record in _records(con, target.names_sql.format(schema=schema))):
        found.parents[long_id(str(key))], found.labels[long_id(str(key))] = str(parent or ""), str(label or "")
    return found


def _records(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[dict[str, Any]]:
    with con.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        while rows := cursor.fetchmany(_ROWS_AT_A_TIME):
            for row in rows:
                yield dict(zip(names, row, strict=True))


def _row(target: Target, record: dict[str, Any]) -> dict[str, Value]:
    given = record | dict(target.constants)
    missing = [name for name in target.field_names if name not in given]
    if missing:
        raise LookupError(f"{target.mart} has no column {', '.join(missing)}")
    return {field.name: canonical(field, given[field.name]) for field in target.fields}
