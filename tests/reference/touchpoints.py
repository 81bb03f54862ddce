"""Rules 6 to 9: timestamps, lookback, double counting and order, for candidates of every origin."""

from collections import defaultdict
from datetime import datetime

from attribution_models.policy import Policy
from tests.reference.candidates import Candidate
from tests.reference.landed import Row, moment
from tests.reference.times import local_date

# Rule 9: "Order is by time, then source before activity before integration, then id".
ORIGINS = ("deal_source", "activity", "integration")


def judge_times(candidate: Candidate, partners: dict[str, Row], policy: Policy, as_of: datetime) -> None:
    """Rules 6 and 7, for one candidate: adds reasons and flags."""
    time, deal = candidate.occurred_at, candidate.deal
    partner = partners.get(candidate.partner_id or "")
    joined_at = moment(partner, "joined_at", policy.zone) if partner else None
    if time is None:
        candidate.reasons.add("missing_timestamp")
    elif time > as_of:
        candidate.reasons.add("in_future")
    if time and joined_at and time < joined_at:
        candidate.flags.add("before_partner_joined")
    if deal is None:
        return
    # "after the deal's close"; for open deals the as-of time stands for it
    if time and time > deal.anchor_at:
        candidate.reasons.add("after_close")
    # "Logged in the CRM after the deal had closed: kept, flagged (policy may exclude)"
    if candidate.logged_at and deal.closed_at and candidate.logged_at > deal.closed_at:
        candidate.flags.add("logged_after_close")
        if policy.touchpoints.exclude_logged_after_close:
            candidate.reasons.add("logged_after_close")
    # "Exactly 12 months stays"
    if time and time < deal.window_start:
        candidate.reasons.add("outside_lookback")


def order_key(candidate: Candidate) -> tuple[datetime, int, tuple[str, ...]]:
    """Rule 9's order among the timed candidates of one deal."""
    assert candidate.occurred_at is not None
    return (candidate.occurred_at, ORIGINS.index(candidate.origin), candidate.order_id)


def settle_deal(candidates: list[Candidate], policy: Policy) -> Candidate | None:
    """Rules 8 and 9 for the candidates of one deal: duplicates, then positions. Returns its eligible source, if any."""
    source = _one_source([candidate for candidate in candidates if candidate.is_eligible])
    _one_per_integration([candidate for candidate in candidates if candidate.is_eligible], policy)
    eligible = sorted((candidate for candidate in candidates if candidate.is_eligible), key=order_key)
    for position, candidate in enumerate(eligible, start=1):
        candidate.position = position
    return source


def _one_source(passed: list[Candidate]) -> Candidate | None:
    """Rule 8: "the deal's source and the same partner's referral_submitted activities on it are one touchpoint"."""
    source = next((candidate for candidate in passed if candidate.is_source), None)
    if source is None:
        return None
    referrals = [
        candidate
        for candidate in passed
        if candidate.activity_type == "referral_submitted" and candidate.partner_id == source.partner_id
    ]
    kept = _keep_earliest([source, *referrals])
    # "it counts as the source"
    kept.origin, kept.is_source = "deal_source", True
    # A registration dates the source, and so does a referral_submitted of that partner before the deal's creation.
    assert source.deal is not None and source.deal.created_at is not None
    created_at = source.deal.created_at
    kept.is_dated = source.is_dated or any(r.occurred_at is not None and r.occurred_at < created_at for r in referrals)
    return kept


def _one_per_integration(passed: list[Candidate], policy: Policy) -> None:
    """Rule 8: "an integration and an integration_enabled activity of the same partner that names it in asset_name, or
    fell on the same day, are one"."""
    integrations = sorted((candidate for candidate in passed if candidate.origin == "integration"), key=order_key)
    groups: dict[int, list[Candidate]] = defaultdict(list)
    for activity in passed:
        if activity.activity_type != "integration_enabled":
            continue
        own = [number for number, i in enumerate(integrations) if i.partner_id == activity.partner_id]
        named = [n for n in own if _names(activity, integrations[n])]
        same_day = [n for n in own if _day(integrations[n], policy) == _day(activity, policy)]
        # Two integrations are never each other's duplicate: an activity joins one, by name before day.
        for number in (named + same_day)[:1]:
            groups[number].append(activity)
    for number, activities in groups.items():
        kept = _keep_earliest([integrations[number], *activities])
        kept.origin, kept.order_id = "integration", integrations[number].order_id


def _names(activity: Candidate, integration: Candidate) -> bool:
    asset_name: str = activity.row["asset_name"] or ""
    name: str = integration.row["integration_name"]
    return asset_name.lower() == name.lower()


def _day(candidate: Candidate, policy: Policy) -> object:
    assert candidate.occurred_at is not None
    return local_date(candidate.occurred_at, policy.zone)


def _keep_earliest(group: list[Candidate]) -> Candidate:
    """Rule 8: "of each the earliest time stays [...]; the rest are duplicate"."""
    kept, *rest = sorted(group, key=order_key)
    for candidate in rest:
        candidate.reasons.add("duplicate")
    return kept
