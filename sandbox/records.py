"""Creates, changes and deletes single records: checked ones of API clients, and the writing that both sorts share."""

from collections.abc import Mapping
from typing import Any

from sandbox import ids
from sandbox.catalogue import Catalogue
from sandbox.crm_objects import OBJECTS
from sandbox.errors import RowError
from sandbox.schema import Field, SObject
from sandbox.store import Row, Store
from sandbox.validation import checked_row, refuse_duplicate_key

CORPORATE_CURRENCY = "USD"
_HISTORY = next(item for item in OBJECTS if item.name == "OpportunityHistory")
_CLOSED_STAGES = {"Closed Won": (1, 1), "Closed Lost": (1, 0)}


class Records:
    """Writes to one store, through what one user may see. To be used inside ``store.transaction``."""

    def __init__(self, store: Store, catalogue: Catalogue, user_id: str) -> None:
        self._store = store
        self._catalogue = catalogue
        self._user_id = user_id

    def create(self, sobject: SObject, data: Mapping[str, Any], stamp: str) -> str:
        """Keeps a new record and gives its id. Raises RowError where the row may not be kept."""
        row = checked_row(self._store, self._catalogue, sobject, data, creating=True)
        refuse_duplicate_key(self._store, sobject, row, own_id=None)
        return insert_record(self._store, sobject, row, stamp, self._user_id)

    def update(self, sobject: SObject, identifier: str, data: Mapping[str, Any], stamp: str) -> str:
        """Changes the record with this id (15 or 18 characters). Raises RowError where it may not be changed."""
        kept = self._existing(sobject, identifier)
        row = checked_row(self._store, self._catalogue, sobject, data, creating=False)
        refuse_duplicate_key(self._store, sobject, row, own_id=str(kept["Id"]))
        update_record(self._store, sobject, kept, row, stamp)
        return str(kept["Id"])

    def upsert(self, sobject: SObject, key: Field, value: str, data: Mapping[str, Any], stamp: str) -> tuple[str, bool]:
        """Changes the record whose ``key`` is ``value``, or creates it; gives its id and whether it was created."""
        found = self._store.ids_with(sobject, key, value)
        if len(found) > 1:
            message = f"{key.name}: more than one record found for external id field: [{', '.join(found)}]"
            raise RowError("DUPLICATE_EXTERNAL_ID", message, key.name)
        if found:
            return self.update(sobject, found[0], data, stamp), False
        return self.create(sobject, {**data, key.name: value}, stamp), True

    def delete(self, sobject: SObject, identifier: str, stamp: str) -> None:
        kept = self._existing(sobject, identifier)
        update_record(self._store, sobject, kept, {"IsDeleted": 1}, stamp)

    def _existing(self, sobject: SObject, identifier: str) -> Row:
        kept = self._store.find(sobject, ids.long_form(identifier))
        if kept is None and not (ids.is_well_formed(identifier) and identifier.startswith(sobject.key_prefix)):
            raise RowError("MALFORMED_ID", f"{sobject.name} ID: id value of incorrect type: {identifier}", "Id")
        if kept is None:
            raise RowError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "Id")
        if kept["IsDeleted"]:
            raise RowError("ENTITY_IS_DELETED", "entity is deleted")
        return kept


def insert_record(store: Store, sobject: SObject, row: Row, stamp: str, user_id: str) -> str:
    """Keeps a checked ``row`` with its id, its stamps and what the CRM fills in itself."""
    whole = completed(store, sobject, row, stamp, user_id)
    store.insert(sobject, whole)
    if sobject.name == "Opportunity":
        _note_stage(store, str(whole["Id"]), str(whole["StageName"]), stamp)
    return str(whole["Id"])


def completed(store: Store, sobject: SObject, row: Row, stamp: str, user_id: str) -> Row:
    """``row`` with what the CRM fills in itself where it is null: id, name, owner, currency, stamps, derived fields.

    The stamps are those of its creation, where the row has one: loaded data were last changed when they were made.
    """
    number = store.next_number(sobject)
    identifier = ids.make_id(sobject.key_prefix, number)
    name = f"{sobject.name_label}-{number:07d}" if sobject.name_label else row.get("Id") or identifier
    defaults: Row = {"Id": identifier, "Name": name, "OwnerId": user_id, "CurrencyIsoCode": CORPORATE_CURRENCY}
    given = {name: value for name, value in row.items() if value is not None}
    stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), given.get("CreatedDate", stamp))
    own = {name: value for name, value in (defaults | stamps).items() if sobject.field(name)}
    return own | derived_fields(sobject, given) | given


def update_record(store: Store, sobject: SObject, kept: Row, row: Row, stamp: str) -> None:
    """Writes checked values over the ``kept`` record. The stamp moves even where no value does, as in Salesforce."""
    stamps = {"LastModifiedDate": stamp, "SystemModstamp": stamp}
    store.update(sobject, str(kept["Id"]), {**row, **derived_fields(sobject, row), **stamps})
    stage = row.get("StageName")
    if sobject.name == "Opportunity" and stage is not None and stage != kept["StageName"]:
        _note_stage(store, str(kept["Id"]), str(stage), stamp)


def derived_fields(sobject: SObject, row: Row) -> Row:
    """IsClosed and IsWon follow the stage, unless the row says otherwise (loaded data may)."""
    if sobject.name != "Opportunity" or row.get("StageName") is None or "IsClosed" in row:
        return {}
    closed, won = _CLOSED_STAGES.get(str(row["StageName"]), (0, 0))
    return {"IsClosed": closed, "IsWon": won}


def _note_stage(store: Store, opportunity_id: str, stage: str, stamp: str) -> None:
    identifier = ids.make_id(_HISTORY.key_prefix, store.next_number(_HISTORY))
    stamps = {"CreatedDate": stamp, "LastModifiedDate": stamp, "SystemModstamp": stamp}
    store.insert(_HISTORY, {"Id": identifier, "OpportunityId": opportunity_id, "StageName": stage, **stamps})
