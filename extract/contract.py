"""The table contract: every source table with its columns, types, keys and enumerations, in one place.

Connectors, parser, landing and the SQL over landed files all read it from here; a table or column is added here only.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "enum", "currency", "time", "date", "money", "rate", "unit_share", "number", "integer", "boolean"
]


@dataclass(frozen=True)
class Column:
    """One column of a source table.

    ``required``: the source must have the column (single values may still be empty). ``values``: the known values of an
    enumeration; ``is_strict``: any other value makes the row bad. ``is_lenient``: a time that can't be read is nulled
    and named in ``_unparsed`` (rule 6 excludes the row as missing_timestamp) instead of making the row bad.
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    values: tuple[str, ...] = ()
    is_strict: bool = False
    is_lenient: bool = False


@dataclass(frozen=True)
class Table:
    """One source table; ``key`` are the columns without which a row can't be told from others."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _need(name: str, kind: Kind = "text", *values: str, strict: bool = False, lenient: bool = False) -> Column:
    return Column(name, kind, True, values, strict, lenient)


def _may(name: str, kind: Kind = "text", *values: str) -> Column:
    return Column(name, kind, False, values)


_PARTNER_TYPES = ("technology", "reseller", "distributor", "referral", "system_integrator", "agency", "marketplace")
_ACTIVITY_TYPES = (
    "referral_submitted",
    "co_sell_initiated",
    "intro_made",
    "joint_call",
    "content_shared",
    "integration_enabled",
    "marketplace_lead",
    "services_delivered",
)

_DEALS = Table(
    "deals",
    (
        _need("deal_id"),
        _may("deal_name"),
        _need("account_id"),
        _may("deal_type", "enum", "new_business", "expansion", "renewal"),
        _need("status", "enum", "open", "won", "lost", strict=True),
        _may("stage"),
        _need("amount", "money"),
        _may("currency", "currency"),
        _may("list_amount", "money"),
        _may("arr", "money"),
        _may("term_months", "integer"),
        _need("created_at", "time"),
        _may("closed_at", "time"),
        _may("expected_close_at", "time"),
        _may("source", "enum"),
        _may("source_partner_id"),
        _may("first_sales_contact_at", "time"),
        _may("reported_category", "enum"),
        _may("churned_at", "time"),
        _may("owner_id"),
        _may("segment"),
        _may("region"),
        _may("updated_at", "time"),
        _may("is_deleted", "boolean"),
    ),
    key=("deal_id",),
    required=True,
)
_STAGES = Table("deal_stage_history", (_need("deal_id"), _need("stage"), _need("entered_at", "time")), key=("deal_id",))
_ACCOUNTS = Table(
    "accounts",
    (
        _need("account_id"),
        _may("account_name"),
        _may("industry"),
        _may("segment"),
        _may("region"),
        _may("churned_at", "time"),
    ),
    key=("account_id",),
)
_INTEGRATIONS = Table(
    "account_integrations",
    (
        _need("account_id"),
        _need("integration_name"),
        _need("partner_id"),
        _need("enabled_at", "time", lenient=True),
        _may("disabled_at", "time"),
        _may("last_used_at", "time"),
        _may("usage_level", "unit_share"),
    ),
    key=("account_id", "integration_name"),
)
_PARTNERS = Table(
    "partners",
    (
        _need("partner_id"),
        _need("partner_name"),
        _may("partner_type", "enum", *_PARTNER_TYPES),
        _may("tier", "enum", "platinum", "gold", "silver", "bronze"),
        _may("status", "enum"),
        _may("joined_at", "time"),
        _may("parent_partner_id"),
        _may("region"),
        _may("agreement_signed_at", "time"),
        _may("certified_at", "time"),
    ),
    key=("partner_id",),
    required=True,
)
_ACTIVITIES = Table(
    "partner_activities",
    (
        _need("activity_id"),
        _need("partner_id"),
        _need("activity_type", "enum", *_ACTIVITY_TYPES),
        _need("occurred_at", "time", lenient=True),
        _may("logged_at", "time"),
        _may("deal_id"),
        _may("account_id"),
        _may("asset_name"),
        _may("engagement_depth", "unit_share"),
        _may("details"),
    ),
    key=("activity_id",),
    required=True,
)
_REGISTRATIONS = Table(
    "deal_registrations",
    (
        _need("registration_id"),
        _need("partner_id"),
        _need("account_id"),
        _may("deal_id"),
        _need("submitted_at", "time", lenient=True),
        _need("status", "enum", "submitted", "approved", "rejected", "expired", strict=True),
        _may("decided_at", "time"),
        _may("expires_at", "time"),
    ),
    key=("registration_id",),
)
_INVESTMENTS = Table(
    "partner_investments",
    (
        _need("period_month", "date"),
        _need("category", "enum"),
        _need("amount", "money"),
        _may("currency", "currency"),
        _may("partner_id"),
    ),
    key=("period_month", "category"),
)
_OVERRIDES = Table(
    "attribution_overrides",
    (
        _need("override_id"),
        _need("deal_id"),
        _need("partner_id"),
        _need("share", "number"),
        _need("reason"),
        _need("requested_by"),
        _may("requested_at", "time"),
        _may("approved_by"),
        _may("approved_at", "time"),
        _need("status", "enum", "pending", "approved", "rejected", strict=True),
    ),
    key=("override_id",),
)
_RATES = Table(
    "exchange_rates",
    (_need("currency", "currency"), _need("valid_from", "date"), _need("rate", "rate")),
    key=("currency", "valid_from"),
)
_TARGETS = Table(
    "targets",
    (_need("metric", "enum"), _need("period_start", "date"), _need("period_end", "date"), _need("value", "money")),
    key=("metric", "period_start", "period_end"),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _DEALS,
        _STAGES,
        _ACCOUNTS,
        _INTEGRATIONS,
        _PARTNERS,
        _ACTIVITIES,
        _REGISTRATIONS,
        _INVESTMENTS,
        _OVERRIDES,
        _RATES,
        _TARGETS,
    )
}
