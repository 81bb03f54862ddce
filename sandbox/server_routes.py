"""Which address is answered by what. Logins, describe, limits and the control address are answered here themselves."""

import base64
import re
import sqlite3
from collections.abc import Callable
from dataclasses import asdict

from sandbox import catalogue
from sandbox.errors import CrmError, RowError
from sandbox.faults import Fault
from sandbox.server_app import Crm, Request, Response
from sandbox.server_collections import create_all, find_object, update_all, upsert_all
from sandbox.server_query import next_page, run_query
from sandbox.server_records import create_one, delete_one, get_one, update_one, upsert_one

Parts = dict[str, str]  # what an address holds beside its fixed words
Route = Callable[[Crm, Request, Parts], Response]


def answer(crm: Crm, request: Request) -> Response:
    """The answer to ``request``, errors included."""
    try:
        _refuse_stranger(crm, request)
        for method, pattern, route in _ROUTES:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                return route(crm, request, match.groupdict())
        raise CrmError(404, "NOT_FOUND", "The requested resource does not exist")
    except CrmError as error:
        return Response(error.status, error.body)
    except RowError as error:
        failure = error.as_request_error()
        return Response(failure.status, failure.body)
    except sqlite3.Error as error:
        failure = CrmError(500, "UNKNOWN_EXCEPTION", f"An unexpected error occurred: {error}")
        return Response(failure.status, failure.body)


def _refuse_stranger(crm: Crm, request: Request) -> None:
    if not request.path.startswith("/services/data/v"):
        return
    if not crm.is_logged_in(request.headers.get("authorization", "")):
        raise CrmError(401, "INVALID_SESSION_ID", "Session expired or invalid")
    if crm.calls.api_calls >= crm.daily_limit:
        raise CrmError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def _token(crm: Crm, request: Request, _: Parts) -> Response:
    if "grant_type=client_credentials" not in request.body.split("&"):
        return _refused_login("unsupported_grant_type", "grant type not supported")
    client_id, _, secret = _basic(request).partition(":")
    if client_id != crm.client_id:
        return _refused_login("invalid_client_id", "client identifier invalid")
    if secret != crm.client_secret:
        return _refused_login("invalid_client", "invalid client credentials")
    login = {
        "access_token": crm.new_token(),
        "instance_url": f"https://{crm.domain}.salesforce.com",
        "id": f"https://login.salesforce.com/id/00D5g000000pirSEAQ/{crm.user_id}",
        "token_type": "Bearer",
        "scope": "api",
        "issued_at": str(int(crm.now().timestamp() * 1000)),
    }
    return Response(200, login)


def _basic(request: Request) -> str:
    try:
        return base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
    except ValueError:
        return ""


def _refused_login(error: str, description: str) -> Response:
    return Response(400, {"error": error, "error_description": description})


def _objects(crm: Crm, _: Request, parts: Parts) -> Response:
    listed = [catalogue.summary(item, parts["version"]) for item in crm.catalogue.objects.values()]
    return Response(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed})


def _describe(crm: Crm, _: Request, parts: Parts) -> Response:
    return Response(200, catalogue.describe(find_object(crm, parts["name"]), parts["version"]))


def _limits(crm: Crm, *_: Request | Parts) -> Response:
    left = max(crm.daily_limit - crm.calls.api_calls, 0)
    return Response(200, {"DailyApiRequests": {"Max": crm.daily_limit, "Remaining": left}})


def _control(crm: Crm, request: Request) -> None:
    if _basic(request) != f"{crm.client_id}:{crm.client_secret}":
        raise CrmError(401, "INVALID_CLIENT", "the control address wants the client id and secret by Basic auth")


def _add_fault(crm: Crm, request: Request, _: Parts) -> Response:
    _control(crm, request)
    try:
        crm.faults.add(Fault(**request.json()))
    except (TypeError, ValueError) as error:
        raise CrmError(400, "INVALID_FAULT", str(error)) from error
    return Response(204)


def _clear_faults(crm: Crm, request: Request, _: Parts) -> Response:
    _control(crm, request)
    crm.faults.clear()
    return Response(204)


def _calls(crm: Crm, request: Request, _: Parts) -> Response:
    _control(crm, request)
    return Response(200, [asdict(call) for call in crm.calls.entries])


_PARTS = {"version": r"v\d+\.0", "start": r"\d+", "value": ".+"}  # all others: anything up to a slash


def _route(method: str, pattern: str, route: Route) -> tuple[str, re.Pattern[str], Route]:
    """A route of the table. <name> in ``pattern`` stands for one part of an address, DATA for the API's root."""
    whole = pattern.replace("DATA", "/services/data/<version>")
    named = re.sub(r"<(\w+)>", lambda match: f"(?P<{match[1]}>{_PARTS.get(match[1], '[^/]+')})", whole)
    return method, re.compile(named), route


def _query(crm: Crm, request: Request, parts: Parts) -> Response:
    return run_query(crm, request, parts["version"], with_deleted=False)


def _query_all(crm: Crm, request: Request, parts: Parts) -> Response:
    return run_query(crm, request, parts["version"], with_deleted=True)


def _next_page(crm: Crm, request: Request, parts: Parts) -> Response:
    return next_page(crm, request, parts["version"], parts["locator"], int(parts["start"]))


_ROUTES = (
    _route("POST", "/services/oauth2/token", _token),
    _route("GET", "DATA/query/?", _query),
    _route("GET", "DATA/queryAll/?", _query_all),
    _route("GET", "DATA/query(?:All)?/<locator>-<start>", _next_page),
    _route("GET", "DATA/limits/?", _limits),
    _route("GET", "DATA/sobjects/?", _objects),
    _route("GET", "DATA/sobjects/<name>/describe/?", _describe),
    _route("POST", "DATA/sobjects/<name>/?", create_one),
    _route("GET", "DATA/sobjects/<name>/<identifier>", get_one),
    _route("PATCH", "DATA/sobjects/<name>/<identifier>", update_one),
    _route("DELETE", "DATA/sobjects/<name>/<identifier>", delete_one),
    _route("PATCH", "DATA/sobjects/<name>/<key>/<value>", upsert_one),
    _route("POST", "DATA/composite/sobjects/?", create_all),
    _route("PATCH", "DATA/composite/sobjects/?", update_all),
    _route("PATCH", "DATA/composite/sobjects/<name>/<key>", upsert_all),
    _route("POST", "/control/faults", _add_fault),
    _route("DELETE", "/control/faults", _clear_faults),
    _route("GET", "/control/calls", _calls),
)
