"""What people do in the CRM while the pipeline looks at it: add, edit, delete, restore, empty the recycle bin.

Nothing is checked as an API client's rows are: an administrator may set any field, and old data hold what they hold.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sandbox import ids, values
from sandbox.crm_objects import OBJECTS
from sandbox.records import insert_record, update_record
from sandbox.schema import Field, SObject, Stored
from sandbox.store import Row, Store

_BY_NAME = {item.name: item for item in OBJECTS}
_TRUE = {"true", "1", "yes", "t"}


class CrmUser:
    """Works in one store. ``at`` in any method is the stamp that the change carries; without it, the CRM's next one.

    A stamp in the past is what a change has that took long to commit.
    """

    def __init__(self, store: Store, user_id: str) -> None:
        self._store = store
        self._user_id = user_id

    def insert(self, name: str, at: datetime | None = None, **fields: object) -> str:
        """A new record of the object ``name``; gives its id."""
        sobject = _BY_NAME[name]
        with self._store.transaction() as stamp:
            return insert_record(self._store, sobject, stored_row(sobject, fields), _at(at, stamp), self._user_id)

    def edit(self, name: str, identifier: str, at: datetime | None = None, **fields: object) -> None:
        """Sets fields of a record, also of a deleted one. A new stage of an Opportunity is noted in its history."""
        sobject = _BY_NAME[name]
        with self._store.transaction() as stamp:
            kept = self._kept(sobject, identifier)
            update_record(self._store, sobject, kept, stored_row(sobject, fields), _at(at, stamp))

    def delete(self, name: str, identifier: str, at: datetime | None = None) -> None:
        """Into the recycle bin: only queryAll still sees it."""
        self.edit(name, identifier, at, IsDeleted=True)

    def undelete(self, name: str, identifier: str, at: datetime | None = None) -> None:
        self.edit(name, identifier, at, IsDeleted=False)

    def hard_delete(self, name: str, identifier: str) -> None:
        """Gone without a trace: no query sees it any more."""
        with self._store.transaction():
            kept = self._kept(_BY_NAME[name], identifier)
            self._store.remove(_BY_NAME[name], str(kept["Id"]))

    def get(self, name: str, identifier: str) -> Row | None:
        """The record as it lies in the store (flags as 0 and 1); None where there is none."""
        return self._store.find(_BY_NAME[name], ids.long_form(identifier))

    def move_present(self, now: datetime) -> None:
        """Sets the CRM's present; changes made from now on carry later stamps."""
        self._store.set_now(now)

    def _kept(self, sobject: SObject, identifier: str) -> Row:
        kept = self._store.find(sobject, ids.long_form(identifier))
        if kept is None:
            raise KeyError(f"{sobject.name} {identifier}")
        return kept


def stored_row(sobject: SObject, fields: Mapping[str, object]) -> Row:
    """``fields`` as they lie in the store. Raises KeyError for a field that the object does not have."""
    row: Row = {}
    for name, value in fields.items():
        field = sobject.field(name)
        if field is None:
            raise KeyError(f"{sobject.name} has no field {name}")
        row[field.name] = stored_value(field, value)
    return row


def stored_value(field: Field, value: object) -> Stored:
    """``value``, a Python value or text of an export, as it lies in the store. A time without an offset is UTC."""
    if value is None or value == "":
        return 0 if field.type == "boolean" else None
    if field.type == "boolean":
        return int(value if isinstance(value, bool) else str(value).lower() in _TRUE)
    if field.is_number:
        return float(str(value))
    if field.type in ("date", "datetime"):
        return _time_text(field, value)
    return ids.long_form(str(value)) if field.is_identifier else str(value)


def _time_text(field: Field, value: Any) -> str:  # noqa: ANN401 - whatever an export holds
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return values.moment_text(aware) if field.type == "datetime" else aware.date().isoformat()


def _at(at: datetime | None, stamp: str) -> str:
    return stamp if at is None else values.moment_text(at)
