"""composite/sobjects: up to 200 records created, updated or upserted in one request and one transaction."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.errors import CrmError, RowError
from sandbox.schema import Field, SObject
from sandbox.server_app import Crm, Request, Response

MOST_RECORDS = 200
Parts = dict[str, str]
Result = dict[str, Any]
Write = Callable[[Result, str], Result]


class _RolledBackError(Exception):
    """Leaves the transaction of a request that wanted all or none, and had a row that failed."""


def create_all(crm: Crm, request: Request, _: Parts) -> Response:
    """POST composite/sobjects."""

    def write(record: Result, stamp: str) -> Result:
        identifier = crm.records.create(_object_of(crm, record), _fields_of(record), stamp)
        return _success(identifier)

    return _write_all(crm, request, write)


def update_all(crm: Crm, request: Request, _: Parts) -> Response:
    """PATCH composite/sobjects: each record names its id."""
    seen: set[str] = set()

    def write(record: Result, stamp: str) -> Result:
        identifier = _text_under(record, "id")
        if not identifier:
            raise RowError("MISSING_ARGUMENT", "Id not specified in an update call", "Id")
        _refuse_repeated(seen, identifier[:15], f"Duplicate id specified: {identifier}", "Id")
        fields = _fields_of(record, without="id")
        return _success(crm.records.update(_object_of(crm, record), identifier, fields, stamp))

    return _write_all(crm, request, write)


def upsert_all(crm: Crm, request: Request, parts: Parts) -> Response:
    """PATCH composite/sobjects/<object>/<external id>: each record holds its external id among its fields."""
    sobject = find_object(crm, parts["name"])
    key = find_key(sobject, parts["key"])
    seen: set[str] = set()

    def write(record: Result, stamp: str) -> Result:
        if _object_of(crm, record) != sobject:
            raise RowError("INVALID_TYPE", f"attributes.type must be {sobject.name}")
        value = _text_under(record, key.name)
        if not value:
            raise RowError("MISSING_ARGUMENT", f"{key.name} not specified", key.name)
        _refuse_repeated(
            seen, value if key.case_sensitive else value.lower(), f"Duplicate external id specified: {value}", key.name
        )
        identifier, created = crm.records.upsert(sobject, key, value, _fields_of(record, without=key.name), stamp)
        return {**_success(identifier), "created": created}

    return _write_all(crm, request, write)


def find_object(crm: Crm, name: str) -> SObject:
    """The visible object. Raises NOT_FOUND, as any address does that names what is not there."""
    found = crm.catalogue.find(name)
    if found is None:
        raise CrmError(404, "NOT_FOUND", "The requested resource does not exist")
    return found


def find_key(sobject: SObject, name: str) -> Field:
    """The external id of that name. Raises NOT_FOUND where the field is none."""
    field = sobject.field(name)
    if field is None or not field.external_id:
        raise CrmError(404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {name}")
    return field


def refuse_locked(crm: Crm, path: str, content: str) -> None:
    """Raises UNABLE_TO_LOCK_ROW where a fault is switched on that strikes this row."""
    if crm.faults.for_row(path, content) is not None:
        raise RowError("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")


def _write_all(crm: Crm, request: Request, write: Write) -> Response:
    body = request.json()
    records = _records_of(body)
    results: list[Result] = []
    try:
        with crm.store.transaction() as stamp:
            results = [_write_one(crm, request, write, record, stamp) for record in records]
            if body.get("allOrNone") and not all(result["success"] for result in results):
                raise _RolledBackError
    except _RolledBackError:
        return Response(200, [_rolled_back(result) for result in results])
    return Response(200, results)


def _write_one(crm: Crm, request: Request, write: Write, record: Result, stamp: str) -> Result:
    try:
        refuse_locked(crm, request.path, json.dumps(record))
        with crm.store.savepoint():
            return write(record, stamp)
    except RowError as error:
        return {"success": False, "errors": [error.entry]}


def _records_of(body: object) -> list[Result]:
    records = body.get("records") if isinstance(body, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise CrmError(400, "JSON_PARSER_ERROR", "Cannot deserialize instance of the records of a collection")
    if len(records) > MOST_RECORDS:
        message = f"record limit reached. cannot submit more than {MOST_RECORDS} records into this call"
        raise CrmError(400, "EXCEEDED_ID_LIMIT", message)
    return records


def _object_of(crm: Crm, record: Result) -> SObject:
    kind = record.get("attributes", {}).get("type")
    found = crm.catalogue.find(kind) if isinstance(kind, str) else None
    if found is None:
        raise RowError("INVALID_TYPE", f"sObject type '{kind}' is not supported.")
    return found


def _fields_of(record: Result, without: str = "") -> Result:
    left_out = {"attributes", without.lower()}
    return {name: value for name, value in record.items() if name.lower() not in left_out}


def _text_under(record: Result, name: str) -> str:
    value = next((value for key, value in record.items() if key.lower() == name.lower()), None)
    return "" if value is None else str(value).strip()


def _refuse_repeated(seen: set[str], value: str, message: str, field: str) -> None:
    if value in seen:
        raise RowError("DUPLICATE_VALUE", message, field)
    seen.add(value)


def _success(identifier: str) -> Result:
    return {"id": identifier, "success": True, "errors": []}


def _rolled_back(result: Result) -> Result:
    if not result["success"]:
        return result
    message = "Record rolled back because not all records were valid and the request was using AllOrNone header"
    return {"success": False, "errors": [RowError("ALL_OR_NONE_OPERATION_ROLLED_BACK", message).entry]}
