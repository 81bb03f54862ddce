"""What has to change, decided from three sides: what the marts want, what the ledger knows, what the CRM holds now.

Pure, and independent of the order in which rows come. Two steps, because the CRM is only asked about rows that are
open: those that differ from what it was last told, and those of which a killed run left the outcome unknown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nsmallest
from typing import NamedTuple
from zlib import crc32

from writeback.desired import Desired
from writeback.target import Target
from writeback.types import Change, Drift, FieldChange, Fields, Known, Learnt


class Goal(NamedTuple):
    """What a row shall be. ``is_wanted`` is false where the marts no longer have it: its credit is withdrawn."""

    fields: Fields
    is_wanted: bool


@dataclass(frozen=True)
class Case:
    """One object's rows, sorted by what is known of them before the CRM is asked."""

    target: Target
    desired: Desired
    known: Known
    open: Mapping[str, Goal]
    unchanged: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def obsolete_rejects(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.known.rejects) - set(self.open) - set(self.waiting)))


@dataclass(frozen=True)
class TargetPlan:
    """What a run will do to one object.

    ``adopted``: rows that the CRM already shows as they shall be; they are only noted. ``gone``: rows to withdraw that
    the CRM no longer has. ``learnt``: of rows to change, what a killed run left there. ``waiting``: rejected rows whose
    next try is not due.
    """

    target: Target
    changes: tuple[Change, ...] = ()
    adopted: Mapping[str, Fields] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    learnt: tuple[Learnt, ...] = ()
    obsolete_rejects: tuple[str, ...] = ()
    drift: tuple[Drift, ...] = ()
    unchanged: int = 0
    waiting: int = 0
    confirmed_rows: int = 0
    changed_confirmed: int = 0
    credited_rows: int = 0
    credit_withdrawn: int = 0


def judge(target: Target, desired: Desired, known: Known, now: datetime) -> Case:
    """Which rows are open, and which need nothing."""
    open_, unchanged, waiting = {}, [], []
    for key, goal in sorted(_goals(target, desired, known).items()):
        # Whatever was sent and not confirmed may have gone in late: such a row is read before it counts as settled.
        is_open = key in known.pending or key in known.rejects
        if not is_open and known.confirmed.get(key) == goal.fields:
            if goal.is_wanted:
                unchanged.append(key)
        elif _is_waiting(key, goal, known, now):
            waiting.append(key)
        else:
            open_[key] = goal
    return Case(target, desired, known, open_, tuple(unchanged), tuple(waiting))


def _goals(target: Target, desired: Desired, known: Known) -> dict[str, Goal]:
    goals = {key: Goal(row, True) for key, row in desired.rows.items()}
    for key in (set(known.confirmed) | set(known.pending)) - set(goals):
        last = known.confirmed.get(key) or target.whole(known.pending[key])
        goals[key] = Goal({**last, **target.withdrawn}, False)
    return goals


def _is_waiting(key: str, goal: Goal, known: Known, now: datetime) -> bool:
    reject = known.rejects.get(key)
    # A row that has changed since it was refused is tried at once: the change may be the cure.
    return reject is not None and key not in known.pending and reject.fields == goal.fields and now < reject.next_try_at


def sample(keys: tuple[str, ...], size: int, seed: str) -> list[str]:
    """Up to ``size`` of ``keys``, another set for each ``seed``: over many runs every row is looked at."""
    return nsmallest(size, keys, key=lambda key: (crc32(f"{seed}|{key}".encode()), key))


def decide(case: Case, crm: Mapping[str, Fields], looked_at: Iterable[str]) -> TargetPlan:
    """The plan, where ``crm`` holds the rows that exist of those ``looked_at``: all open ones, a sample of the rest."""
    changes: list[Change] = []
    adopted: dict[str, Fields] = {}
    gone: list[str] = []
    for key, goal in case.open.items():
        actual = crm.get(key)
        if actual is None and not goal.is_wanted:
            gone.append(key)
        elif actual is not None and all(actual[name] == value for name, value in goal.fields.items()):
            adopted[key] = goal.fields
        else:
            changes.append(_change(case, key, goal, actual))
    confirmed = case.known.confirmed
    return TargetPlan(
        case.target,
        changes=tuple(sorted(changes, key=lambda change: (change.parent, change.key))),
        adopted=adopted,
        gone=tuple(gone),
        learnt=tuple(
            _learn(case, change.key, crm.get(change.key)) for change in changes if change.key in case.known.pending
        ),
        obsolete_rejects=case.obsolete_rejects,
        drift=tuple(_drift(case, crm, looked_at)),
        unchanged=len(case.unchanged),
        waiting=len(case.waiting),
        confirmed_rows=len(confirmed),
        changed_confirmed=sum(change.key in confirmed for change in changes),
        credited_rows=sum(case.target.is_credited(row) for row in confirmed.values()),
        credit_withdrawn=sum(_loses_credit(case, change) for change in changes),
    )


def _learn(case: Case, key: str, actual: Fields | None) -> Learnt:
    pending = case.known.pending[key]
    return Learnt(key, actual, actual is not None and all(actual[name] == value for name, value in pending.items()))


def _change(case: Case, key: str, goal: Goal, actual: Fields | None) -> Change:
    old = actual or {}
    reject = case.known.rejects.get(key)
    fields = (FieldChange(name, old.get(name), goal.fields[name]) for name in case.target.field_names)
    is_create = case.target.is_upsert and actual is None
    return Change(
        key,
        kind="withdraw" if not goal.is_wanted else "create" if is_create else "update",
        fields=tuple(change for change in fields if change.old != change.new),
        goal=goal.fields,
        parent=case.desired.parents.get(key, ""),
        label=case.desired.labels.get(key, ""),
        tries=reject.tries if reject else 0,
        is_missing=actual is None and not is_create,
    )


def _loses_credit(case: Case, change: Change) -> bool:
    before = case.known.confirmed.get(change.key)
    is_credited = case.target.is_credited
    return before is not None and is_credited(before) and not is_credited(change.goal)


def _drift(case: Case, crm: Mapping[str, Fields], looked_at: Iterable[str]) -> Iterator[Drift]:
    known = case.known
    for key in sorted(set(looked_at) & set(known.confirmed)):
        if key in crm:
            yield from _edits(key, known.confirmed[key], known.pending.get(key, {}), crm[key])
        elif key not in case.open or case.open[key].is_wanted:
            yield Drift(key, case.target.key, key, None)


def _edits(key: str, wrote: Fields, pending: Fields, actual: Fields) -> Iterator[Drift]:
    for name, value in wrote.items():
        # What a killed run may have written is ours, not someone else's edit.
        if name in actual and actual[name] not in (value, pending.get(name, value)):
            yield Drift(key, name, value, actual[name])
