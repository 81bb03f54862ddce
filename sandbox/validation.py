"""Whether a row that a client sent may be kept: fields, values, references and keys, judged in Salesforce's words."""

from collections.abc import Mapping
from typing import Any

from sandbox import ids, values
from sandbox.catalogue import Catalogue
from sandbox.errors import RowError
from sandbox.schema import Field, SObject, Stored
from sandbox.store import Row, Store


def checked_row(store: Store, catalogue: Catalogue, sobject: SObject, data: Mapping[str, Any], creating: bool) -> Row:
    """``data`` as it is to be kept, without defaults and stamps.

    Raises:
        RowError: the first thing that is wrong with the row.
        CrmError: a value of the wrong JSON kind, which fails the whole request.
    """
    fields = [_writable(sobject, name, creating) for name in data]
    row = {field.name: _value(field, value) for field, value in zip(fields, data.values(), strict=True)}
    _refuse_missing(sobject, row, creating)
    for field in fields:
        if field.type == "reference" and row[field.name] is not None:
            row[field.name] = _resolved(store, catalogue, field, str(row[field.name]))
    return row


def refuse_duplicate_key(store: Store, sobject: SObject, row: Row, own_id: str | None) -> None:
    """Raises DUPLICATE_VALUE where another record has one of the row's unique values already."""
    for field in sobject.fields:
        value = row.get(field.name)
        if not field.unique or value is None:
            continue
        others = [other for other in store.ids_with(sobject, field, str(value)) if other != own_id]
        if others:
            message = f"duplicate value found: {field.name} duplicates value on record with id: {others[0]}"
            raise RowError("DUPLICATE_VALUE", message, field.name)


def _writable(sobject: SObject, name: str, creating: bool) -> Field:
    field = sobject.field(name)
    if field is None:
        raise RowError("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}", name)
    if sobject.writable and (field.createable if creating else field.updateable):
        return field
    action = "create" if creating else "update"
    message = (
        f"Unable to create/update fields: {field.name}. Please check the security settings of this field and verify "
        f"that it is read/write for your profile or permission set ({action})."
    )
    raise RowError("INVALID_FIELD_FOR_INSERT_UPDATE", message, field.name)


def _value(field: Field, value: object) -> Stored:
    if value is None and field.type == "boolean":
        message = f"{values.label(field)}: value not of required type: null"
        raise RowError("INVALID_TYPE_ON_FIELD_IN_RECORD", message, field.name)
    return values.from_wire(field, value)


def _refuse_missing(sobject: SObject, row: Row, creating: bool) -> None:
    required = (field for field in sobject.fields if not field.nillable and field.createable)
    missing = [field.name for field in required if _is_missing(field, row, creating)]
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise RowError("REQUIRED_FIELD_MISSING", message, *missing)


def _is_missing(field: Field, row: Row, creating: bool) -> bool:
    if field.name in row:
        return row[field.name] is None
    return creating and not field.has_default


def _resolved(store: Store, catalogue: Catalogue, field: Field, value: str) -> str:
    identifier = ids.long_form(value)
    target = catalogue.find(field.reference_to)
    found = store.find(target, identifier) if target else None
    if found is None:
        raise _unknown_reference(catalogue, field, value)
    if found["IsDeleted"]:
        raise RowError("ENTITY_IS_DELETED", "entity is deleted", field.name)
    return identifier


def _unknown_reference(catalogue: Catalogue, field: Field, value: str) -> RowError:
    other = catalogue.with_prefix(value)
    if not ids.is_well_formed(value) or (other is not None and other.name != field.reference_to):
        return RowError("MALFORMED_ID", f"{values.label(field)}: id value of incorrect type: {value}", field.name)
    return RowError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", field.name)
