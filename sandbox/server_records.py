"""sobjects/<object>: one record read, created, changed, deleted, or upserted by its external id."""

from typing import Any

from sandbox import ids
from sandbox.errors import CrmError
from sandbox.server_app import Crm, Request, Response
from sandbox.server_collections import find_key, find_object, refuse_locked
from sandbox.server_query import attributes

Parts = dict[str, str]


def get_one(crm: Crm, _: Request, parts: Parts) -> Response:
    """GET <object>/<id>."""
    sobject = find_object(crm, parts["name"])
    row = crm.store.find(sobject, ids.long_form(parts["identifier"]))
    if row is None or row["IsDeleted"]:
        raise CrmError(404, "NOT_FOUND", "The requested resource does not exist")
    flags = {field.name for field in sobject.fields if field.type == "boolean"}
    record = {key: bool(value) if key in flags else value for key, value in row.items()}
    return Response(200, {"attributes": attributes(sobject, str(row["Id"]), parts["version"]), **record})


def create_one(crm: Crm, request: Request, parts: Parts) -> Response:
    """POST <object>."""
    sobject = find_object(crm, parts["name"])
    data = _data(request)
    with crm.store.transaction() as stamp:
        refuse_locked(crm, request.path, request.content)
        identifier = crm.records.create(sobject, data, stamp)
    return Response(201, {"id": identifier, "success": True, "errors": []})


def update_one(crm: Crm, request: Request, parts: Parts) -> Response:
    """PATCH <object>/<id>."""
    sobject = find_object(crm, parts["name"])
    data = _data(request)
    with crm.store.transaction() as stamp:
        refuse_locked(crm, request.path, request.content)
        crm.records.update(sobject, parts["identifier"], data, stamp)
    return Response(204)


def delete_one(crm: Crm, request: Request, parts: Parts) -> Response:
    """DELETE <object>/<id>."""
    sobject = find_object(crm, parts["name"])
    with crm.store.transaction() as stamp:
        refuse_locked(crm, request.path, request.content)
        crm.records.delete(sobject, parts["identifier"], stamp)
    return Response(204)


def upsert_one(crm: Crm, request: Request, parts: Parts) -> Response:
    """PATCH <object>/<external id field>/<value>."""
    sobject = find_object(crm, parts["name"])
    key = find_key(sobject, parts["key"])
    data = _data(request)
    if any(name.lower() == key.name.lower() for name in data):
        message = f"The {key.name} field should not be specified in the sobject data."
        raise CrmError(400, "INVALID_FIELD", message, (key.name,))
    with crm.store.transaction() as stamp:
        refuse_locked(crm, request.path, request.content)
        identifier, created = crm.records.upsert(sobject, key, parts["value"], data, stamp)
    body = {"id": identifier, "success": True, "errors": [], "created": created}
    return Response(201 if created else 200, body)


def _data(request: Request) -> dict[str, Any]:
    data = request.json()
    if not isinstance(data, dict):
        raise CrmError(400, "JSON_PARSER_ERROR", "Cannot deserialize instance of a record from this body")
    return {name: value for name, value in data.items() if name != "attributes"}
