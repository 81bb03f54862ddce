"""The words of the write-back: rows, changes, rejects, and the small protocols through which it reaches CRM and clock.

A row is ``Fields``: CRM field name to canonical value (see canonical.py), the key left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, Protocol

from writeback.errors import ErrorKind

Value = str | bool | None
Fields = Mapping[str, Value]
ChangeKind = Literal["create", "update", "withdraw"]


class FieldChange(NamedTuple):
    """One field of one row: what the CRM holds and what it shall hold."""

    name: str
    old: Value
    new: Value


@dataclass(frozen=True)
class Change:
    """One row to send. ``goal`` is the whole row as it will be confirmed; only ``fields`` travel."""

    key: str
    kind: ChangeKind
    fields: tuple[FieldChange, ...]
    goal: Fields
    parent: str = ""
    label: str = ""
    tries: int = 0
    is_missing: bool = False

    @property
    def payload(self) -> dict[str, Value]:
        return {change.name: change.new for change in self.fields}


class Drift(NamedTuple):
    """A field of ours that someone else has changed since it was confirmed; the key, where they deleted the row."""

    key: str
    field: str
    wrote: Value
    found: Value


class Learnt(NamedTuple):
    """What became of a write whose run was killed: ``actual`` is the row in the CRM now, None where there is none."""

    key: str
    actual: Fields | None
    was_applied: bool


@dataclass(frozen=True)
class Reject:
    """A row that the CRM refused: kept with its reason and tried again until it goes in or is no longer wanted."""

    key: str
    code: str
    message: str
    tries: int
    first_at: datetime
    next_try_at: datetime
    fields: Fields


@dataclass(frozen=True)
class Known:
    """What the ledger knows of one object's rows. ``pending`` were sent, or about to be, when a run was killed."""

    confirmed: Mapping[str, Fields] = field(default_factory=dict)
    pending: Mapping[str, Fields] = field(default_factory=dict)
    rejects: Mapping[str, Reject] = field(default_factory=dict)


class RowResult(NamedTuple):
    """The CRM's answer for one row."""

    key: str
    is_ok: bool
    kind: ErrorKind | None = None
    code: str = ""
    message: str = ""


class Usage(NamedTuple):
    """API calls of the CRM's day: used and allowed."""

    used: int
    total: int


@dataclass(frozen=True)
class CrmField:
    """A field as the CRM describes it. ``length`` in characters, 0 where it has none."""

    name: str
    type: str
    length: int = 0
    is_updateable: bool = True
    is_createable: bool = True
    is_external_id: bool = False
    restricted_values: frozenset[str] | None = None


class CrmWriter(Protocol):
    """All that the write-back asks of a CRM. Every method may raise CrmError."""

    @property
    def calls(self) -> int:
        """API calls made through this writer so far."""

    def describe(self, object_name: str) -> dict[str, CrmField]:
        """Fields by name in lower case. A field that the user may not see is absent."""

    def update_collection(self, object_name: str, rows: Sequence[Mapping[str, Any]]) -> list[RowResult]:
        """Update rows (wire values, ``Id`` among them), at most 200; each row succeeds or fails by itself."""

    def upsert_collection(self, object_name: str, key: str, rows: Sequence[Mapping[str, Any]]) -> list[RowResult]:
        """Insert or update rows by the external id ``key``, at most 200; each by itself."""

    def read_back(
        self, object_name: str, key: str, keys: Iterable[str], fields: Sequence[str]
    ) -> dict[str, dict[str, Any]]:
        """Wire values of ``fields`` by key, for those of ``keys`` that exist."""

    def count_reads(self, key: str, keys: Iterable[str]) -> int:
        """API calls that ``read_back`` of these keys will take."""

    def api_usage(self) -> Usage | None:
        """Usage as last told by the CRM; None where it does not say."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, in UTC."""

    def sleep(self, seconds: float) -> None: ...


def utc(moment: datetime) -> datetime:
    """``moment`` with its time zone; one without is UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
