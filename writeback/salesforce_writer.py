"""The CrmWriter over a connected simple-salesforce client: collections of 200, results by row, errors in four classes.

The client does not know timeouts and raises one exception type per status; here each becomes a CrmError that says
whether the write may have gone in all the same. Nothing here logs in: that is the business of whoever connects.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError
from simple_salesforce.format import format_soql

from writeback.errors import QUOTA, CrmError, ErrorKind, kind_of
from writeback.types import CrmField, RowResult, Usage

# Salesforce cuts addresses at 16,384 bytes; the path, the field list and a proxy's own additions need room.
_KEYS_BYTES = 12_000
_TIMEOUT_S = 60.0


class SalesforceWriter:
    """Writes through ``client``. ``timeout_s``: seconds to wait for one answer; a later one counts as none."""

    def __init__(self, client: Salesforce, timeout_s: float = _TIMEOUT_S) -> None:
        self._client = client
        self._timeout_s = timeout_s
        self._calls = 0

    @property
    def calls(self) -> int:
        return self._calls

    def describe(self, object_name: str) -> dict[str, CrmField]:
        answer = self._read(lambda: self._rest(f"sobjects/{object_name}/describe"))
        return {field["name"].lower(): _described(field) for field in answer["fields"]}

    def update_collection(self, object_name: str, rows: Sequence[Mapping[str, Any]]) -> list[RowResult]:
        return self._collection("composite/sobjects", object_name, "Id", rows)

    def upsert_collection(self, object_name: str, key: str, rows: Sequence[Mapping[str, Any]]) -> list[RowResult]:
        return self._collection(f"composite/sobjects/{object_name}/{key}", object_name, key, rows)

    def read_back(
        self, object_name: str, key: str, keys: Iterable[str], fields: Sequence[str]
    ) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for chunk in _chunks(keys):
            soql = format_soql(
                "SELECT {names:literal} FROM {table:literal} WHERE {key:literal} IN {keys}",
                names=", ".join([key, *fields]),
                table=object_name,
                key=key,
                keys=chunk,
            )
            for record in self._query(soql):
                values = {name.lower(): value for name, value in record.items()}
                found[values[key.lower()]] = {name: values.get(name.lower()) for name in fields}
        return found

    def count_reads(self, key: str, keys: Iterable[str]) -> int:
        return sum(1 for _ in _chunks(keys))

    def api_usage(self) -> Usage | None:
        """As the last answer's header said it; without one, by asking for the limits once."""
        told = self._client.api_usage.get("api-usage")
        if told is None:
            return self._limits()
        return Usage(told.used, told.total)

    def _limits(self) -> Usage | None:
        try:
            limit = self._read(lambda: self._rest("limits/"))["DailyApiRequests"]
        except (CrmError, KeyError):
            return None  # not every user may see the limits; then only the CRM's own refusal stops a run
        return Usage(limit["Max"] - limit["Remaining"], limit["Max"])

    def _query(self, soql: str) -> Iterator[Mapping[str, Any]]:
        page = self._read(lambda: self._client.query(soql, timeout=self._timeout_s))
        while True:
            yield from page["records"]
            if page["done"]:
                return
            following = page["nextRecordsUrl"]
            page = self._read(lambda url=following: self._client.query_more(url, True, timeout=self._timeout_s))  # type: ignore[misc]

    def _collection(self, path: str, object_name: str, key: str, rows: Sequence[Mapping[str, Any]]) -> list[RowResult]:
        kind = {"attributes": {"type": object_name}}
        # The API calls the record's own key "id"; an external id goes by its field name.
        records = [kind | {"id" if name == "Id" else name: value for name, value in row.items()} for row in rows]
        body = {"allOrNone": False, "records": records}
        answers = self._call(lambda: self._rest(path, method="PATCH", json=body), is_write=True)
        return _results(key, rows, answers)

    def _rest(self, path: str, **arguments: Any) -> Any:  # noqa: ANN401 - JSON
        return self._client.restful(path, timeout=self._timeout_s, **arguments)

    def _read(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        return self._call(call, is_write=False)

    def _call(self, call: Callable[[], Any], is_write: bool) -> Any:  # noqa: ANN401 - JSON
        self._calls += 1
        try:
            return call()
        except (SalesforceError, requests.RequestException, ValueError) as error:
            raise translate(error, is_write) from error


def translate(error: Exception, is_write: bool) -> CrmError:
    """The CrmError that an exception of the client, of requests or of reading JSON stands for."""
    if not isinstance(error, SalesforceError):
        # Reset, timeout, or an answer that is no JSON: a write may have gone in before it.
        reason = "an answer that is no JSON" if isinstance(error, ValueError) else type(error).__name__
        return CrmError(ErrorKind.TRANSIENT, "NO_ANSWER", f"the CRM gave no answer ({reason})", is_write)
    code, message = _code_of(error)
    if error.status >= 500 or error.status == 429:
        return CrmError(ErrorKind.TRANSIENT, code, message, is_write and error.status >= 500)
    if error.status == 404:
        return CrmError(ErrorKind.SCHEMA, code, message)
    if error.status in (401, 403) and code != QUOTA:
        return CrmError(ErrorKind.AUTH, code, message)
    return CrmError(kind_of(code), code, message)


def _code_of(error: SalesforceError) -> tuple[str, str]:
    """Code and message of the body; HTML and other bodies give the status alone."""
    content: Any = error.content
    if isinstance(content, list) and content and isinstance(content[0], dict):
        return str(content[0].get("errorCode", f"HTTP_{error.status}")), str(content[0].get("message", ""))
    code = getattr(error, "code", None)
    return str(code or f"HTTP_{error.status}"), str(getattr(error, "auth_message", "") or "no reason given")


def _described(field: Mapping[str, Any]) -> CrmField:
    values = (value["value"] for value in field.get("picklistValues") or () if value.get("active", True))
    return CrmField(
        name=field["name"],
        type=field["type"],
        length=int(field.get("length") or 0),
        is_updateable=bool(field.get("updateable")),
        is_createable=bool(field.get("createable")),
        is_external_id=bool(field.get("externalId")),
        restricted_values=frozenset(values) if field.get("restrictedPicklist") else None,
    )


def _results(key: str, rows: Sequence[Mapping[str, Any]], answers: Any) -> list[RowResult]:  # noqa: ANN401 - JSON
    """One result per row. Answers come in request order; where they do not fit the rows, the outcome is unknown."""
    if not isinstance(answers, list) or len(answers) != len(rows):
        raise CrmError(ErrorKind.TRANSIENT, "NO_ANSWER", "the CRM answered for other rows than were sent", True)
    return [_result(key, row, answer) for row, answer in zip(rows, answers, strict=True)]


def _result(key: str, row: Mapping[str, Any], answer: Mapping[str, Any]) -> RowResult:
    name = str(row[key])
    if answer.get("success"):
        # An update names the record that it changed; the first 15 characters of an id are the id.
        if key == "Id" and str(answer.get("id"))[:15] != name[:15]:
            raise CrmError(ErrorKind.TRANSIENT, "NO_ANSWER", "the CRM answered for other rows than were sent", True)
        return RowResult(name, True)
    error = (answer.get("errors") or [{}])[0]
    code = str(error.get("statusCode") or error.get("errorCode") or "UNKNOWN_EXCEPTION")
    return RowResult(name, False, kind_of(code), code, str(error.get("message", "")))


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    """Keys in lists whose quoted, encoded form fits in an address."""
    chunk: list[str] = []
    size = 0
    for key in keys:
        length = len(quote_plus(f"'{key}',"))
        if chunk and size + length > _KEYS_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(key)
        size += length
    if chunk:
        yield chunk
