"""The CRM's records in one SQLite file: tables made from the declared objects, a present, and rows by their ids.

Knows nothing of HTTP, of SOQL or of who may write what. Text lies in the file as Salesforce sends it, so that times
sort and compare as text.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox import values
from sandbox.crm_objects import OBJECTS
from sandbox.schema import Field, SObject, Stored

Row = dict[str, Stored]
_FILLING_CACHE_KIB = 200_000
_LOOKUP_SIZE = 500  # SQLite's limit of variables in one statement is 32,766; this keeps statements short


class Store:
    """One open CRM. Every method may be called from any thread; writes happen in ``transaction`` alone."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._connection.execute("pragma journal_mode=wal")
        self._connection.execute("pragma synchronous=normal")
        self._lock = threading.RLock()

    @classmethod
    def create(cls, path: Path, now: datetime) -> "Store":
        """A new, empty CRM at ``path`` whose present is ``now``."""
        store = cls(path)
        # Nobody sees the file before it is whole, so it needs no journal while it is filled.
        store.execute("pragma journal_mode=off")
        store.execute("pragma synchronous=off")
        store.execute(f"pragma cache_size=-{_FILLING_CACHE_KIB}")
        store.execute("create table meta (key text primary key, value text) without rowid")
        for sobject in OBJECTS:
            store.execute(_table_sql(sobject))
        store.set_now(now)
        return store

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def execute(self, sql: str, parameters: Sequence[Stored] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[str]:
        """All or nothing. Gives the stamp of this write, a second or more after the one before."""
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                yield self._next_stamp()
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Inside a transaction: what one row did is undone when the row fails, and the others stay."""
        self._connection.execute("savepoint one_row")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback to one_row")
            raise
        finally:
            self._connection.execute("release one_row")

    def now(self) -> datetime:
        """The CRM's own present: where its data end. It stands still, so that figures made of it do."""
        return datetime.fromisoformat(self._meta("now") or "")

    def set_now(self, now: datetime) -> None:
        self._set_meta("now", now.isoformat())

    def _next_stamp(self) -> str:
        last = self._meta("last_stamp")
        previous = max(self.now(), datetime.fromisoformat(last)) if last else self.now()
        stamp = previous + timedelta(seconds=1)
        self._set_meta("last_stamp", stamp.isoformat())
        return values.moment_text(stamp)

    def bulk_insert(self, sobject: SObject, columns: Mapping[str, Sequence[Stored]]) -> int:
        """Adds many rows at once, unchecked: ``columns`` by field name, all equally long, as they lie in the file."""
        names = list(columns)
        sql = _insert_sql(sobject, names)
        with self._lock:
            self._connection.execute("begin immediate")
            count = self._connection.executemany(sql, zip(*columns.values(), strict=True)).rowcount
            self._connection.execute("commit")
        return max(count, 0)

    def build_indexes(self) -> None:
        """To be called once, after the first rows are in: filling an index at the end is several times faster."""
        for sobject in OBJECTS:
            for sql in _index_sqls(sobject):
                self.execute(sql)

    def next_number(self, sobject: SObject) -> int:
        """The number of the record that is inserted next: one that no record of this object has, or had."""
        highest = self.execute("select seq from sqlite_sequence where name = ?", [sobject.name])
        return (highest[0][0] if highest else 0) + 1

    def insert(self, sobject: SObject, row: Row) -> None:
        self.execute(_insert_sql(sobject, list(row)), list(row.values()))

    def update(self, sobject: SObject, identifier: str, row: Row) -> None:
        assignments = ", ".join(f"{name} = ?" for name in row)
        self.execute(f"update {sobject.name} set {assignments} where Id = ?", [*row.values(), identifier])

    def remove(self, sobject: SObject, identifier: str) -> None:
        """Takes the row out altogether, as emptying the recycle bin does."""
        self.execute(f"delete from {sobject.name} where Id = ?", [identifier])

    def find(self, sobject: SObject, identifier: str) -> Row | None:
        """The whole row with this id, as it lies in the file; None where there is none, deleted ones included."""
        sql = f"select {', '.join(sobject.column_names)} from {sobject.name} where Id = ?"
        found = self.execute(sql, [identifier])
        return dict(zip(sobject.column_names, found[0], strict=True)) if found else None

    def ids_with(self, sobject: SObject, field: Field, value: str) -> list[str]:
        """The ids of the records, but deleted ones, that have ``value`` in ``field``; the field says if case counts."""
        sql = f"select Id from {sobject.name} where {field.name} = ? and IsDeleted = 0 order by Id"
        return [str(row[0]) for row in self.execute(sql, [value])]

    def rows(self, sobject: SObject, names: Sequence[str], row_numbers: Sequence[int]) -> list[tuple[Any, ...]]:
        """The named fields of the rows with these numbers, in their order; rows gone meanwhile are left out."""
        found: dict[int, tuple[Any, ...]] = {}
        for start in range(0, len(row_numbers), _LOOKUP_SIZE):
            chunk = row_numbers[start : start + _LOOKUP_SIZE]
            marks = ",".join("?" * len(chunk))
            sql = f"select _row, {', '.join(names)} from {sobject.name} where _row in ({marks})"
            found.update({row[0]: row[1:] for row in self.execute(sql, chunk)})
        return [found[number] for number in row_numbers if number in found]

    def _meta(self, key: str) -> str | None:
        found = self.execute("select value from meta where key = ?", [key])
        return str(found[0][0]) if found else None

    def _set_meta(self, key: str, value: str) -> None:
        self.execute("insert or replace into meta values (?, ?)", [key, value])


def _table_sql(sobject: SObject) -> str:
    columns = ", ".join(_column_sql(item) for item in sobject.fields)
    return f"create table {sobject.name} (_row integer primary key autoincrement, {columns})"


def _column_sql(field: Field) -> str:
    # Salesforce compares text whatever its case, but not ids; a boolean is never null there.
    collation = " collate nocase" if field.is_text and not field.case_sensitive else ""
    default = " not null default 0" if field.type == "boolean" else ""
    return f"{field.name} {field.sqlite_type}{collation}{default}"


def _insert_sql(sobject: SObject, names: Sequence[str]) -> str:
    marks = ",".join("?" * len(names))
    return f"insert into {sobject.name} ({', '.join(names)}) values ({marks})"


def _index_sqls(sobject: SObject) -> Iterator[str]:
    name = sobject.name
    yield f"create unique index {name}_id on {name} (Id)"
    yield f"create index {name}_stamp on {name} (SystemModstamp, Id)"
    for field in sobject.fields:
        if field.external_id:
            yield f"create index {name}_{field.name} on {name} ({field.name})"
