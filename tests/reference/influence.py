"""Rules 10 and 11: the category of each deal, the influence type of each touchpoint and its weight in its band."""

from fractions import Fraction
from statistics import median

from attribution_models.policy import Policy
from tests.reference.candidates import Candidate
from tests.reference.deals import Deal
from tests.reference.stages import Stages, forward_change_followed, progress_at

CO_SELL = frozenset({"co_sell_initiated", "joint_call", "intro_made"})
TYPE_OF_ACTIVITY = {
    **dict.fromkeys(CO_SELL, "co_sell"),
    "referral_submitted": "referral",
    "integration_enabled": "integration_driven",
    "content_shared": "assisted",
    "marketplace_lead": "marketplace",
    "services_delivered": "services",
}


def categorise(deal: Deal, source: Candidate | None, has_touchpoint: bool) -> None:
    """Rule 10. ``source`` is the deal's source touchpoint where that is eligible."""
    if source is not None and _came_first(deal, source):
        deal.category = "sourced"
        # "A source dated by nothing but the deal's creation is sourced too"
        deal.category_flags = [] if source.is_dated else ["unregistered_source"]
    else:
        deal.category = "influenced" if has_touchpoint else "direct"
        deal.category_flags = ["sales_was_first"] if source is not None else []


def _came_first(deal: Deal, source: Candidate) -> bool:
    if not source.is_dated:
        return True
    # "not later than the first sales contact (unknown: than the deal's creation)"
    limit = deal.first_sales_contact_at or deal.created_at
    assert source.occurred_at is not None and limit is not None
    return source.occurred_at <= limit


def influence_type_of(candidate: Candidate, accelerates: bool) -> str:
    """Rule 11, for an eligible candidate of a categorised deal; ``accelerates`` is whether the deal was fast."""
    if candidate.origin == "deal_source":
        # "A source touchpoint that came after sales is a referral"
        return "sourced" if candidate.deal and candidate.deal.category == "sourced" else "referral"
    if candidate.origin == "integration":
        return "integration_driven"
    assert candidate.activity_type is not None
    influence_type = TYPE_OF_ACTIVITY[candidate.activity_type]
    return "accelerated" if influence_type == "co_sell" and accelerates else influence_type


def weigh(candidate: Candidate, stages: Stages, is_fast: bool, policy: Policy) -> None:
    """Rule 11 for one eligible candidate: its influence type, and its weight as a place in that type's band."""
    assert candidate.deal is not None and candidate.occurred_at is not None
    history = stages.get(candidate.deal.deal_id, [])
    followed = forward_change_followed(history, candidate.occurred_at, policy)
    candidate.influence_type = influence_type_of(candidate, is_fast and followed is True)
    known = [
        _fraction(candidate.known_depth),
        progress_at(history, candidate.occurred_at, policy),
        None if followed is None else Fraction(followed),
    ]
    # "The place in the band is the mean of what is known [...]. Nothing known: the middle."
    places = [value for value in known if value is not None]
    place = sum(places, Fraction(0)) / len(places) if places else Fraction(1, 2)
    if candidate.influence_type == "integration_driven" and not places:
        weight = Fraction(str(policy.influence.integration_weight_unknown))
    elif candidate.influence_type == "accelerated":
        # "on top of its co_sell weight (at most 1 in all)"
        weight = min(Fraction(1), _in_band("co_sell", place, policy) + _in_band("accelerated", place, policy))
    else:
        weight = _in_band(candidate.influence_type, place, policy)
    candidate.weight = weight


def _in_band(influence_type: str, place: Fraction, policy: Policy) -> Fraction:
    low, high = (Fraction(str(edge)) for edge in policy.influence.weight_bands[influence_type])  # type: ignore[index]
    return low + (high - low) * place


def _fraction(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def is_fast(deal: Deal, direct_wins: list[Deal], window_start: object, policy: Policy) -> bool:
    """Rule 11: "a won deal whose cycle is at least 20 % shorter than the median of comparable direct won deals: same
    deal type and segment, closed in the 12 months before this deal's close, at least 10 of them; else not judged".

    ``direct_wins`` are of the deal's own type and segment; ``window_start`` begins the months looked at.
    """
    if deal.status != "won" or deal.closed_at is None or deal.sales_cycle_days is None:
        return False
    cycles = [
        other.sales_cycle_days
        for other in direct_wins
        if other.sales_cycle_days is not None
        and other.closed_at is not None
        and window_start <= other.closed_at < deal.closed_at  # type: ignore[operator]
    ]
    rules = policy.influence.accelerated
    if len(cycles) < rules.comparable_deals:
        return False
    longest = (1 - Fraction(str(rules.shorter_share))) * Fraction(median(cycles))
    return deal.sales_cycle_days <= longest and deal.sales_cycle_days < median(cycles)
