"""Landed tables as the reference judge sees them: lists of dicts, with SPEC 3's columns in SPEC 3's order.

A table that is not in the mapping is not available. Nothing here judges anything.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.times import start_of_day

Row = dict[str, Any]
Landed = dict[str, list[Row]]

_TABLES = {
    "deals": """deal_id deal_name account_id deal_type status stage amount currency list_amount arr term_months
        created_at closed_at expected_close_at source source_partner_id first_sales_contact_at reported_category
        churned_at owner_id segment region updated_at is_deleted""",
    "deal_stage_history": "deal_id stage entered_at",
    "accounts": "account_id account_name industry segment region churned_at",
    "account_integrations": """account_id integration_name partner_id enabled_at disabled_at last_used_at
        usage_level""",
    "partners": """partner_id partner_name partner_type tier status joined_at parent_partner_id region
        agreement_signed_at certified_at""",
    "partner_activities": """activity_id partner_id activity_type occurred_at logged_at deal_id account_id asset_name
        engagement_depth details""",
    "deal_registrations": """registration_id partner_id account_id deal_id submitted_at status decided_at
        expires_at""",
    "partner_investments": "period_month category amount currency partner_id",
    "attribution_overrides": """override_id deal_id partner_id share reason requested_by requested_at approved_by
        approved_at status""",
    "exchange_rates": "currency valid_from rate",
    "targets": "metric period_start period_end value",
}
COLUMNS: dict[str, tuple[str, ...]] = {table: tuple(names.split()) for table, names in _TABLES.items()}


def is_deleted(row: Row) -> bool:
    """True where the source has deleted the row, or a file says so in its own column."""
    return bool(row["_is_deleted"]) or bool(row.get("is_deleted"))


def moment(row: Row, column: str, zone: ZoneInfo) -> datetime | None:
    """The instant (naive UTC) a time column means. Rule 1: a date alone means its start, in the policy's time zone."""
    value: datetime | None = row[column]
    if value is not None and column in row["_date_only"]:
        return start_of_day(value.date(), zone)
    return value


def row_rank(table: str, row: Row, zone: ZoneInfo) -> tuple[Any, ...]:
    """Sort key of "the greatest row": its columns in SPEC 3's order, null the least; the record id last of all."""
    times = {column: moment(row, column, zone) for column in COLUMNS[table] if column.endswith("_at")}
    values = [times.get(column, row[column]) for column in (*COLUMNS[table], "_record_id")]
    return tuple((value is not None, value) for value in values)


def time_rank(value: datetime | None) -> tuple[datetime, ...]:
    """Sort key of a time where null is earliest."""
    return () if value is None else (value,)


def group_by(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    """Rows by the value of one column; rows without a value are left out."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            groups[row[column]].append(row)
    return groups


def without_copies(landed: Landed, table: str, zone: ZoneInfo, *key: str) -> list[Row]:
    """The rows of a table that are not deleted, of those that share a key the greatest alone."""
    kept: dict[tuple[Any, ...], Row] = {}
    for row in sorted(landed.get(table, []), key=lambda row: row_rank(table, row, zone)):
        if not is_deleted(row):
            kept[tuple(row[column] for column in key)] = row
    return list(kept.values())


def kept_by_key(landed: Landed, table: str, zone: ZoneInfo, key: str) -> dict[Any, Row]:
    """One row per key of a look-up table such as partners: not deleted; of several the greatest row."""
    return {row[key]: row for row in without_copies(landed, table, zone, key)}
