"""query, queryAll and their next pages. An open query is a list of row numbers; values are read page by page."""

from dataclasses import dataclass
from typing import Any

from sandbox.errors import CrmError
from sandbox.schema import SObject
from sandbox.server_app import MOST_ROWS, Crm, Request, Response
from sandbox.soql import Query, parse_query

FEWEST_ROWS = 200


@dataclass(frozen=True)
class OpenQuery:
    """A query that was run: what it selects and which rows, in order."""

    query: Query
    row_numbers: list[int]
    page_size: int


def run_query(crm: Crm, request: Request, version: str, with_deleted: bool) -> Response:
    """The first page of the query in ``q``."""
    query = parse_query(_soql(request), crm.catalogue, with_deleted)
    row_numbers = [row[0] for row in crm.store.execute(query.sql, query.parameters)]
    if query.is_count:
        return Response(200, {"totalSize": len(row_numbers), "done": True, "records": []})
    opened = OpenQuery(query, row_numbers, _page_size(request))
    return _page(crm, opened, "", range(min(opened.page_size, request.most_rows)), version)


def next_page(crm: Crm, request: Request, version: str, locator: str, start: int) -> Response:
    """The page that begins at row ``start`` of an open query."""
    opened = crm.opened_query(locator)
    rows = range(start, start + min(opened.page_size, request.most_rows))
    return _page(crm, opened, locator, rows, version)


def _soql(request: Request) -> str:
    if "q" not in request.query:
        raise CrmError(400, "MALFORMED_QUERY", "SOQL statements cannot be empty or null")
    return request.query["q"]


def _page_size(request: Request) -> int:
    """The header Sforce-Query-Options: batchSize=500, held within what Salesforce allows."""
    option = request.headers.get("sforce-query-options", "").replace(" ", "").lower()
    wanted = option.removeprefix("batchsize=")
    return min(max(int(wanted), FEWEST_ROWS), MOST_ROWS) if wanted.isdigit() else MOST_ROWS


def _page(crm: Crm, opened: OpenQuery, locator: str, rows: range, version: str) -> Response:
    total = len(opened.row_numbers)
    records = _records(crm, opened.query, opened.row_numbers[rows.start : rows.stop], version)
    answer: dict[str, Any] = {"totalSize": total, "done": rows.stop >= total, "records": records}
    if rows.stop < total:
        answer["nextRecordsUrl"] = f"/services/data/{version}/query/{locator or crm.keep_query(opened)}-{rows.stop}"
    return Response(200, answer)


def _records(crm: Crm, query: Query, row_numbers: list[int], version: str) -> list[dict[str, Any]]:
    names = [field.name for field in query.fields]
    flags = [place for place, field in enumerate(query.fields) if field.type == "boolean"]
    rows = crm.store.rows(query.sobject, ["Id", *names], row_numbers)
    return [{"attributes": attributes(query.sobject, row[0], version), **_named(names, row[1:], flags)} for row in rows]


def _named(names: list[str], values: tuple[Any, ...], flags: list[int]) -> dict[str, Any]:
    record = dict(zip(names, values, strict=True))
    for place in flags:
        record[names[place]] = bool(values[place])
    return record


def attributes(sobject: SObject, identifier: str, version: str) -> dict[str, str]:
    """What Salesforce says of a record beside its fields."""
    return {"type": sobject.name, "url": f"/services/data/{version}/sobjects/{sobject.name}/{identifier}"}
