"""Rule 5: which touchpoints each deal might have, from activities and integrations; the deal's source is in source.py.

A candidate knows the reasons that speak against it as soon as they are known; rules 6 to 9 add theirs later.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from attribution_models.policy import Policy
from tests.reference.deals import Deal
from tests.reference.landed import Landed, Row, group_by, is_deleted, moment, row_rank, time_rank, without_copies
from tests.reference.times import days_after

# Rule 9: "A touchpoint's reason is the first that applies of"; logged_after_close joins only where policy excludes it.
REASONS = (
    "unknown_partner",
    "unknown_deal",
    "unrelated",
    "no_deal_in_window",
    "unknown_activity_type",
    "late_registration",
    "source_conflict",
    "missing_timestamp",
    "in_future",
    "after_close",
    "logged_after_close",
    "outside_lookback",
    "duplicate",
)
ACTIVITY_TYPES = frozenset(
    (
        "referral_submitted",
        "co_sell_initiated",
        "intro_made",
        "joint_call",
        "content_shared",
        "integration_enabled",
        "marketplace_lead",
        "services_delivered",
    )
)


# Rule 9: an integration's id.
INTEGRATION_KEY = ("account_id", "integration_name", "partner_id", "enabled_at")


@dataclass
class Candidate:
    """One source row tied to one deal (or to none). ``reasons`` speak against it; ``flags`` do not."""

    table: str
    row: Row
    deal: Deal | None
    origin: str
    occurred_at: datetime | None
    order_id: tuple[str, ...]
    activity_type: str | None = None
    partner_id: str | None = None
    logged_at: datetime | None = None
    known_depth: float | None = None  # engagement depth of an activity, usage level of an integration
    is_source: bool = False  # rule 5 chose it as the deal's source
    is_dated: bool = True  # something other than the deal's creation dates it
    reasons: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    # Filled by rules 9 and 11 for eligible candidates.
    position: int | None = None
    influence_type: str | None = None
    weight: Fraction | None = None

    @property
    def is_eligible(self) -> bool:
        """Nothing speaks against it."""
        return not self.reasons

    @property
    def reason(self) -> str | None:
        """The first reason that applies, in rule 9's order."""
        return next((reason for reason in REASONS if reason in self.reasons), None)


def deals_by_account(deals: dict[str, Deal]) -> dict[str | None, list[Deal]]:
    """Deals of each account; a deal without an account is nobody's."""
    of_account: dict[str | None, list[Deal]] = defaultdict(list)
    for deal in deals.values():
        if deal.account_id is not None:
            of_account[deal.account_id].append(deal)
    return of_account


def superseded_activities(landed: Landed, policy: Policy) -> list[Row]:
    """Rule 5: "one row per activity_id: the latest logged_at is the correction that stays (null is earliest; ties: the
    greatest row in column order), the others are superseded"."""
    superseded = []
    present = [row for row in landed["partner_activities"] if not is_deleted(row)]
    for rows in group_by(present, "activity_id").values():
        rows.sort(
            key=lambda row: (
                time_rank(moment(row, "logged_at", policy.zone)),
                row_rank("partner_activities", row, policy.zone),
            )
        )
        superseded += rows[:-1]
    return superseded


def activity_candidates(
    activities: list[Row], deals: dict[str, Deal], partners: dict[str, Row], policy: Policy
) -> list[Candidate]:
    """Candidates made of the rows that were neither deleted nor superseded."""
    of_account = deals_by_account(deals)
    candidates = []
    for row in activities:
        account_deals = of_account.get(row["account_id"], [])
        candidates += _of_activity(row, deals, account_deals, policy)
    for candidate in candidates:
        if candidate.row["partner_id"] not in partners:
            candidate.reasons.add("unknown_partner")
        if candidate.activity_type not in ACTIVITY_TYPES:
            candidate.reasons.add("unknown_activity_type")
    return candidates


def _of_activity(row: Row, deals: dict[str, Deal], account_deals: list[Deal], policy: Policy) -> list[Candidate]:
    occurred_at = moment(row, "occurred_at", policy.zone)
    # "an activity belongs to the deal that it names and to no other"
    if row["deal_id"] is not None:
        deal = deals.get(row["deal_id"])
        return [_activity(row, deal, policy, *([] if deal else ["unknown_deal"]))]
    if row["account_id"] is None:
        return [_activity(row, None, policy, "unrelated")]
    # No time: no window can be looked at, so rule 6's reason is all that is known, unless the account has no deal.
    if occurred_at is None and account_deals:
        return [_activity(row, None, policy)]
    # "one that names only an account belongs to each deal of that account that was open at the time, or was created
    # within 90 days after it"
    belongs_to = [
        deal
        for deal in account_deals
        if was_open(deal, occurred_at)
        or created_soon_after(deal, occurred_at, policy.touchpoints.account_activity_days, policy)
    ]
    return [_activity(row, deal, policy) for deal in belongs_to] or [_activity(row, None, policy, "no_deal_in_window")]


def was_open(deal: Deal, time: datetime | None) -> bool:
    """The deal existed at that time and had not closed. "Open deals: the as-of time stands for the close"."""
    if time is None or deal.created_at is None or time < deal.created_at:
        return False
    return time <= deal.anchor_at


def created_soon_after(deal: Deal, time: datetime | None, days: int, policy: Policy) -> bool:
    """The deal was created after that time, by at most so many days."""
    if time is None or deal.created_at is None:
        return False
    return days_after(deal.created_at, -days, policy.zone) <= time <= deal.created_at


def _activity(row: Row, deal: Deal | None, policy: Policy, *reasons: str) -> Candidate:
    return Candidate(
        table="partner_activities",
        row=row,
        deal=deal,
        origin="activity",
        occurred_at=moment(row, "occurred_at", policy.zone),
        order_id=(row["activity_id"],),
        activity_type=row["activity_type"],
        partner_id=row["partner_id"],
        logged_at=moment(row, "logged_at", policy.zone),
        known_depth=row["engagement_depth"],
        reasons=set(reasons),
    )


def integration_candidates(
    landed: Landed, deals: dict[str, Deal], partners: dict[str, Row], policy: Policy
) -> list[Candidate]:
    """Rule 5: integrations of the deal's account, enabled before the close and not disabled before its creation."""
    of_account = deals_by_account(deals)
    candidates = []
    for row in without_copies(landed, "account_integrations", policy.zone, *INTEGRATION_KEY):
        account_deals = of_account.get(row["account_id"], [])
        if row["enabled_at"] is None and account_deals:
            own = [_integration(row, None, policy)]  # rule 6's reason is all that is known
        else:
            own = [_integration(row, deal, policy) for deal in account_deals if _was_in_place(row, deal, policy)]
        candidates += own or [_integration(row, None, policy, "no_deal_in_window")]
    for candidate in candidates:
        if candidate.partner_id not in partners:
            candidate.reasons.add("unknown_partner")
    return candidates


def _was_in_place(row: Row, deal: Deal, policy: Policy) -> bool:
    enabled_at = moment(row, "enabled_at", policy.zone)
    disabled_at = moment(row, "disabled_at", policy.zone)
    if disabled_at is not None and deal.created_at is not None and disabled_at < deal.created_at:
        return False
    return enabled_at is not None and enabled_at < deal.anchor_at


def _integration(row: Row, deal: Deal | None, policy: Policy, *reasons: str) -> Candidate:
    enabled_at = moment(row, "enabled_at", policy.zone)
    last_used_at = moment(row, "last_used_at", policy.zone)
    candidate = Candidate(
        table="account_integrations",
        row=row,
        deal=deal,
        origin="integration",
        occurred_at=enabled_at,
        order_id=(row["account_id"], row["integration_name"], row["partner_id"] or "", str(enabled_at)),
        partner_id=row["partner_id"],
        known_depth=row["usage_level"],
        reasons=set(reasons),
    )
    # "Where last_used_at says that it was in use inside the window, the integration counts at the later of enabled_at
    # and the window's start (flag in_use)". Use after the close counts: it was enabled before, and is still in use.
    if deal and enabled_at and last_used_at and last_used_at >= deal.window_start:
        candidate.occurred_at = max(enabled_at, deal.window_start)
        candidate.flags.add("in_use")
    return candidate
