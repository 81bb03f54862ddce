"""The write-back's memory: one SQLite file per CRM that says what the CRM was told, by which run, and what it refused.

Crash-safe: a write is noted as intended before it is sent, and a row counts as confirmed only after the CRM said so for
that row; each batch is settled in one transaction. What a killed run leaves as intended is read back by the next one.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from attribution_models.errors import BadInput
from writeback.types import Change, Drift, Fields, Known, Learnt, Reject, RowResult, Value, utc

_SCHEMA = """
create table if not exists confirmed (
    object text, key text, fields text not null, run_id text not null, confirmed_at text not null,
    primary key (object, key)
) without rowid;
create table if not exists reject (
    object text, key text, code text not null, message text not null, tries integer not null,
    first_at text not null, next_try_at text not null, fields text not null, run_id text not null,
    primary key (object, key)
) without rowid;
create table if not exists row_write (
    id integer primary key, batch integer not null, run_id text not null, object text not null, key text not null,
    kind text not null, changes text not null, outcome text not null, code text, message text,
    intended_at text not null, settled_at text
);
create index if not exists row_write_batch on row_write (batch);
create index if not exists row_write_open on row_write (object, key) where outcome = 'intended';
create table if not exists drift (
    run_id text not null, object text not null, key text not null, field text not null, wrote text, found text,
    seen_at text not null
);
create view if not exists field_write as
    select w.run_id, w.object, w.key, w.kind, c.key as field, json_extract(c.value, '$[0]') as old,
        json_extract(c.value, '$[1]') as new, w.outcome, w.code, w.message, w.intended_at, w.settled_at
    from row_write as w, json_each(w.changes) as c;
"""


@dataclass(frozen=True)
class Batch:
    """Rows that were noted together before they were sent."""

    number: int
    run_id: str
    object_name: str
    changes: Sequence[Change]


class Ledger:
    """What is known of every row that was ever written. Use as a context manager, or ``close`` it."""

    def __init__(self, path: Path) -> None:
        """Open the ledger at ``path``, or begin one.

        Raises:
            BadInput: the file is no ledger, or can't be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = full")
            self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise BadInput(
                f"The write-back ledger {path} can't be opened: {error}",
                "Check the disk and its rights, or move the file aside: the next run reads the CRM instead.",
            ) from error

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def known(self, object_name: str) -> Known:
        """All that is known of one object's rows."""
        confirmed = self._db.execute("select key, fields from confirmed where object = ?", (object_name,))
        return Known(
            {key: json.loads(text) for key, text in confirmed}, self._pending(object_name), self.rejects(object_name)
        )

    def _pending(self, object_name: str) -> dict[str, dict[str, Value]]:
        rows = self._db.execute(
            "select key, changes from row_write where object = ? and outcome = 'intended' order by id", (object_name,)
        )
        pending: dict[str, dict[str, Value]] = {}
        for key, changes in rows:
            pending.setdefault(key, {}).update({name: new for name, (_, new) in json.loads(changes).items()})
        return pending

    def rejects(self, object_name: str) -> dict[str, Reject]:
        """Rows that the CRM refused and that have not gone in since."""
        rows = self._db.execute(
            "select key, code, message, tries, first_at, next_try_at, fields from reject where object = ?",
            (object_name,),
        )
        return {
            key: Reject(key, code, text, tries, _time(first), _time(next_), json.loads(fields))
            for key, code, text, tries, first, next_, fields in rows
        }

    def reconcile(
        self,
        run_id: str,
        object_name: str,
        at: datetime,
        *,
        adopted: Mapping[str, Fields],
        gone: Iterable[str],
        learnt: Iterable[Learnt],
        obsolete_rejects: Iterable[str],
        drift: Iterable[Drift],
    ) -> None:
        """Note what reading the CRM has shown, before anything is sent."""
        with self._transaction():
            for key, fields in adopted.items():
                self._confirm(run_id, object_name, key, fields, at)
                self._close_pending(object_name, key, "confirmed", at)
            for key in gone:
                self._db.execute("delete from confirmed where object = ? and key = ?", (object_name, key))
                self._close_pending(object_name, key, "lost", at)
            for key, actual, was_applied in learnt:
                if actual is not None:
                    self._confirm(run_id, object_name, key, actual, at)
                self._close_pending(object_name, key, "confirmed" if was_applied else "lost", at)
            self._drop_rejects(object_name, [*adopted, *gone, *obsolete_rejects])
            self._db.executemany(
                "insert into drift values (?, ?, ?, ?, ?, ?, ?)",
                [
                    (run_id, object_name, d.key, d.field, json.dumps(d.wrote), json.dumps(d.found), _text(at))
                    for d in drift
                ],
            )

    def intend(self, run_id: str, object_name: str, changes: Sequence[Change], at: datetime) -> Batch:
        """Note that ``changes`` are about to be sent; gives the batch to settle."""
        with self._transaction():
            (number,) = self._db.execute("select coalesce(max(batch), 0) + 1 from row_write").fetchone()
            for change in changes:
                self._db.execute(
                    "insert into row_write (batch, run_id, object, key, kind, changes, outcome, intended_at)"
                    " values (?, ?, ?, ?, ?, ?, 'intended', ?)",
                    (number, run_id, object_name, change.key, change.kind, _changes(change), _text(at)),
                )
        return Batch(int(number), run_id, object_name, changes)

    def settle(self, batch: Batch, results: Mapping[str, RowResult], at: datetime, retry_after: timedelta) -> None:
        """Store the CRM's answer for each row of ``batch`` that has one, all or none of them."""
        with self._transaction():
            for change in batch.changes:
                result = results.get(change.key)
                if result is not None:
                    self._settle_row(batch, change, result, at, at + retry_after)

    def close_unsent(self, batch: Batch, at: datetime) -> None:
        """Note that what is still open of ``batch`` was refused as a whole: none of it has reached the CRM."""
        self._db.execute(
            "update row_write set outcome = 'not_sent', settled_at = ? where batch = ? and outcome = 'intended'",
            (_text(at), batch.number),
        )

    def _settle_row(self, batch: Batch, change: Change, result: RowResult, at: datetime, next_try: datetime) -> None:
        if result.is_ok:
            self._confirm(batch.run_id, batch.object_name, change.key, change.goal, at)
            self._drop_rejects(batch.object_name, [change.key])
        else:
            self._reject(batch, change, result, at, next_try)
        outcome = "confirmed" if result.is_ok else "rejected"
        self._db.execute(
            "update row_write set outcome = ?, code = ?, message = ?, settled_at = ? where batch = ? and key = ?",
            (outcome, result.code, result.message, _text(at), batch.number, change.key),
        )

    def _confirm(self, run_id: str, object_name: str, key: str, fields: Fields, at: datetime) -> None:
        self._db.execute(
            "insert or replace into confirmed values (?, ?, ?, ?, ?)",
            (object_name, key, json.dumps(dict(fields)), run_id, _text(at)),
        )

    def _reject(self, batch: Batch, change: Change, result: RowResult, at: datetime, next_try: datetime) -> None:
        goal = json.dumps(dict(change.goal))
        self._db.execute(
            "insert into reject values (?, ?, ?, ?, 1, ?, ?, ?, ?) on conflict (object, key) do update set"
            " code = excluded.code, message = excluded.message, tries = tries + 1,"
            " next_try_at = excluded.next_try_at, fields = excluded.fields, run_id = excluded.run_id",
            (
                batch.object_name,
                change.key,
                result.code,
                result.message,
                _text(at),
                _text(next_try),
                goal,
                batch.run_id,
            ),
        )

    def _close_pending(self, object_name: str, key: str, outcome: str, at: datetime) -> None:
        self._db.execute(
            "update row_write set outcome = ?, settled_at = ? where object = ? and key = ? and outcome = 'intended'",
            (outcome, _text(at), object_name, key),
        )

    def _drop_rejects(self, object_name: str, keys: Iterable[str]) -> None:
        self._db.executemany("delete from reject where object = ? and key = ?", [(object_name, key) for key in keys])

    def rows(self, table: str, run_id: str | None = None) -> list[dict[str, Any]]:
        """Rows of ``confirmed``, ``reject``, ``drift`` or ``field_write``, all or those of one run, for people."""
        if table not in ("confirmed", "reject", "drift", "field_write"):
            raise ValueError(f"the ledger has no table {table}")
        cursor = self._db.execute(f"select * from {table} where ? is null or run_id = ?", (run_id, run_id))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")


def _changes(change: Change) -> str:
    return json.dumps({field.name: [field.old, field.new] for field in change.fields})


def _text(moment: datetime) -> str:
    return utc(moment).isoformat(timespec="microseconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
