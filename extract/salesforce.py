"""Connector ``salesforce``: reads an org, or the local CRM, through simple-salesforce; whole, or what changed since.

Changes are found by SystemModstamp with a look-back, since rows committed late carry an earlier stamp; deleted rows
come through queryAll; rows deleted for good show only in a full read. Pages follow (SystemModstamp, Id), so that a
reading that was cut off is taken up where it stood.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pyarrow as pa
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from attribution_models.errors import BadInput
from extract.connector import TableRead
from extract.contract import TABLES, Table
from extract.manifest import Manifest, TableState
from extract.mapping import Mapping, TableRule
from extract.parse import Batch, Origin, parse_rows
from extract.salesforce_cells import column_cells, texts
from extract.salesforce_errors import FAILURES, error_code, explain
from extract.salesforce_plan import DELETED, STAMP, Plan, drift, moment, plan_table

LOOKBACK = timedelta(minutes=10)
ROWS_AT_ONCE = 20_000
_RESUMES = 3
Record = AnyMapping[str, Any]


@dataclass(frozen=True)
class _Since:
    """From where on to read: all of a table (``at`` is None), for ``full_reason``, or what changed."""

    at: datetime | None
    full_reason: str | None
    keeps_missing: bool


class SalesforceConnector:
    """Reads the tables of ``mapping`` through ``client``.

    ``name`` is the landing folder: ``sandbox`` for the local CRM. ``origin`` tells one org, or one generated CRM, from
    another that stands in the same folder: when it differs from the last landing's, all is read anew.
    """

    def __init__(
        self,
        client: Salesforce,
        mapping: Mapping,
        name: str = "salesforce",
        origin: str | None = None,
        lookback: timedelta = LOOKBACK,
    ) -> None:
        self._client = client
        self._mapping = mapping
        self._name = name
        self._origin = origin or str(client.sf_instance)
        self._lookback = lookback

    @property
    def name(self) -> str:
        return self._name

    def extract(
        self, tables: Sequence[str], previous: Manifest | None, extracted_at: datetime, full: bool
    ) -> Iterable[TableRead]:
        """Each table in turn. What the org shows of every object is looked at before the first row is read.

        Raises:
            BadInput: the org can't be reached, refuses, or lacks a required object or field.
        """
        plans = {name: self._plan(TABLES[name]) for name in tables}
        for name, plan in plans.items():
            if isinstance(plan, str):
                yield TableRead(name, False, plan)
            else:
                before = previous.tables.get(name) if previous else None
                yield self._read(plan, self._since(plan, before, full), before)

    def _plan(self, table: Table) -> Plan | str:
        """The table's plan, or why it is not available."""
        rule = self._mapping.tables.get(table.name)
        if rule is None:
            return f"the Salesforce mapping has no {table.name}"
        description = self._describe(rule)
        if description is not None:
            return plan_table(table, rule, description, self._origin)
        if table.required:
            raise BadInput(
                f"Salesforce has no object {rule.object} that the connected user may see; the required table "
                f"{table.name} comes from it.",
                "Create the object (its definition ships in salesforce/), give the connected app's user read access to "
                "it, or map another one in the Salesforce mapping.",
            )
        return f"the org has no object {rule.object} that the connected user may see"

    def _describe(self, rule: TableRule) -> dict[str, Any] | None:
        """The object as the connected user sees it; None where they see none."""
        try:
            # Not client.<Object>.describe(): that one logs in again without end when a new session is refused too.
            return self._client.restful(f"sobjects/{rule.object}/describe")
        except SalesforceResourceNotFound:
            return None
        except FAILURES as error:
            raise explain(error, f"describing {rule.object}") from error

    def _since(self, plan: Plan, before: TableState | None, full: bool) -> _Since:
        if before is None or not before.available:
            return _Since(None, "first landing of this table", False)
        is_same_org = before.schema_seen.get("origin") == self._origin
        changed = drift(plan.schema_seen, before.schema_seen)
        if full or changed or not plan.has_stamp:
            return _Since(None, changed or ("asked for" if full else f"no {STAMP}"), is_same_org)
        if before.watermark is None:
            return _Since(None, "no row has been seen yet", is_same_org)
        return _Since(datetime.fromisoformat(before.watermark) - self._lookback, None, False)

    def _read(self, plan: Plan, since: _Since, before: TableState | None) -> TableRead:
        read = TableRead(
            plan.table.name,
            is_full=since.at is None,
            full_reason=since.full_reason,
            keeps_missing=since.keeps_missing,
            extras=plan.extras,
            schema_seen=plan.schema_seen,
            watermark=before.watermark if before and since.at else None,
        )
        read.batches = self._batches(plan, since, read)
        return read

    def _batches(self, plan: Plan, since: _Since, read: TableRead) -> Iterator[Batch]:
        changed = [f"{STAMP} >= {moment(since.at)}"] if since.at else []
        for records in _grouped(self._walk(plan, partial(plan.soql, *changed))):
            if plan.has_stamp:
                read.watermark = max(filter(None, (read.watermark, _stamp(records[-1]).isoformat())))
            yield _parse(plan, records)
        for field in plan.rule.where if since.at else ():
            for page in self._walk(plan, partial(plan.left_soql, field, *changed)):
                read.gone_ids.update(str(record["Id"]) for record in page)

    def _walk(self, plan: Plan, soql: Callable[..., str]) -> Iterator[list[Record]]:
        """Pages of the query that ``soql`` gives for a place to start after; a lost place is found again."""
        doing = f"reading {plan.rule.object}"
        after: list[str] = []
        resumes = 0
        while True:
            try:
                for page in self._pages(soql(*after), doing):
                    after, resumes = [_after(plan, page[-1])], 0
                    yield page
                return
            except _LostPlaceError as lost:
                resumes += 1
                if resumes > _RESUMES:
                    raise explain(lost.error, doing) from lost

    def _pages(self, soql: str, doing: str) -> Iterator[list[Record]]:
        """Pages of a query that sees deleted records too; none of them empty."""
        try:
            answer = self._client.query(soql, include_deleted=True)
            while True:
                if answer["records"]:
                    yield answer["records"]
                if answer["done"]:
                    return
                answer = self._client.query_more(answer["nextRecordsUrl"], identifier_is_url=True)
        except FAILURES as error:
            if isinstance(error, SalesforceMalformedRequest) and error_code(error) == "INVALID_QUERY_LOCATOR":
                raise _LostPlaceError(error) from error
            raise explain(error, doing) from error


def _grouped(pages: Iterable[list[Record]]) -> Iterator[list[Record]]:
    """Pages joined into groups that are worth parsing at once."""
    group: list[Record] = []
    for page in pages:
        group += page
        if len(group) >= ROWS_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


class _LostPlaceError(Exception):
    """Salesforce has forgotten an open query."""

    def __init__(self, error: SalesforceMalformedRequest) -> None:
        super().__init__(str(error))
        self.error = error


def _stamp(record: Record) -> datetime:
    return datetime.strptime(record[STAMP], "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)


def _after(plan: Plan, record: Record) -> str:
    """The condition for what follows ``record`` in the plan's order."""
    if not plan.has_stamp:
        return f"Id > '{record['Id']}'"
    stamp = moment(_stamp(record))
    return f"({STAMP} > {stamp} OR ({STAMP} = {stamp} AND Id > '{record['Id']}'))"


def _parse(plan: Plan, records: Sequence[Record]) -> Batch:
    ids = pa.array([record["Id"] for record in records], pa.string())
    deleted = pa.array([bool(record.get(DELETED)) for record in records])
    sources = pa.array([f"{plan.rule.object} {record['Id']}" for record in records], pa.string())
    cells = {name: column_cells(rule, records) for name, rule in plan.columns.items()}
    known = {name: array for name, array in cells.items() if name not in plan.extras}
    extras = {name: cells.get(name, texts([None] * len(records))) for name in plan.extras}
    return parse_rows(plan.table, known, extras, Origin(ids, sources, deleted))
