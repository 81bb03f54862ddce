"""SPEC 5 in exact fractions: the rule-based models of one deal, and the division of its cents by largest remainder.

Nothing is vectorised and nothing is rounded before the end, so that the engine's floats have something to answer to.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor

from attribution_models.policy import Policy
from attribution_models.policy_custom import CustomConditions, Days
from attribution_models.policy_models import PositionShares

MILLIONTH = Fraction(1, 1_000_000)


@dataclass(frozen=True)
class Touch:
    """One eligible touchpoint of a deal, as far as the models look at it; a deal's touches are in rule 9's order."""

    partner_id: str
    occurred_at: datetime
    weight: Fraction
    activity_type: str | None = None
    influence_type: str | None = None
    partner_type: str | None = None
    tier: str | None = None
    stage: str | None = None


@dataclass(frozen=True)
class Journey:
    """A deal with its touches in order. ``closed_at`` is the close, for an open deal the as-of time."""

    touches: Sequence[Touch]
    created_at: datetime | None
    closed_at: datetime
    last_stage_change_at: datetime | None = None


def first_touch(journey: Journey, policy: Policy) -> list[Fraction]:
    """All to the first."""
    return [Fraction(i == 0) for i in range(len(journey.touches))]


def last_touch(journey: Journey, policy: Policy) -> list[Fraction]:
    """All to the last."""
    return [Fraction(i == len(journey.touches) - 1) for i in range(len(journey.touches))]


def linear(journey: Journey, policy: Policy) -> list[Fraction]:
    """1 each."""
    return [Fraction(1) for _ in journey.touches]


def equal_split(journey: Journey, policy: Policy) -> list[Fraction]:
    """1 / (number of the partner's touchpoints): equal per partner."""
    number = Counter(touch.partner_id for touch in journey.touches)
    return [Fraction(1, number[touch.partner_id]) for touch in journey.touches]


def time_decay(journey: Journey, policy: Policy) -> list[Fraction]:
    """2^i by order."""
    return [Fraction(2**i) for i in range(1, len(journey.touches) + 1)]


def time_decay_half_life(journey: Journey, policy: Policy) -> list[Fraction]:
    """2^(-days before close / half_life_days), fractional days; to 60 digits, since the power is irrational."""
    half_life_days = Decimal(str(policy.models.time_decay_half_life.half_life_days))
    scores = []
    with localcontext() as context:
        context.prec = 60
        for touch in journey.touches:
            before = journey.closed_at - touch.occurred_at
            microseconds = (before.days * 86_400 + before.seconds) * 1_000_000 + before.microseconds
            days = Decimal(microseconds) / Decimal(86_400_000_000)
            scores.append(Fraction(Decimal(2) ** (-days / half_life_days)))
    return scores


def position_based(journey: Journey, policy: Policy) -> list[Fraction]:
    """0.4 first, 0.4 last, 0.2 over the middle; n = 2: half and half; n = 1: all."""
    return _ends_and_middle(len(journey.touches), policy.models.position_based)


def j_shaped(journey: Journey, policy: Policy) -> list[Fraction]:
    """0.2 / 0.2 / 0.6 as first / middle / last; n = 2: 0.25 and 0.75; n = 1: all."""
    return _ends_and_middle(len(journey.touches), policy.models.j_shaped)


def inverse_j(journey: Journey, policy: Policy) -> list[Fraction]:
    """0.6 / 0.2 / 0.2; n = 2: 0.75 and 0.25; n = 1: all."""
    return _ends_and_middle(len(journey.touches), policy.models.inverse_j)


def _ends_and_middle(n: int, shares: PositionShares) -> list[Fraction]:
    first, middle, last = _exact(shares.first), _exact(shares.middle), _exact(shares.last)
    if n == 1:
        return [Fraction(1)]
    return [first, *[middle / (n - 2) for _ in range(n - 2)], last]


def w_shaped(journey: Journey, policy: Policy) -> list[Fraction]:
    """0.3 first, 0.3 the last touchpoint at or before the deal's creation, 0.3 last, 0.1 the rest.

    "Weights add up where anchors fall on one touchpoint, a missing anchor or rest is dropped, then normalised".
    """
    shares = policy.models.w_shaped
    anchors = [
        (0, shares.first),
        (_last_until(journey.created_at, journey), shares.creation),
        (len(journey.touches) - 1, shares.last),
    ]
    return _milestones(journey, anchors, shares.rest)


def full_path(journey: Journey, policy: Policy) -> list[Fraction]:
    """0.225 at first, at the deal's creation, at the last stage change before the close, at the last; 0.1 the rest."""
    shares = policy.models.full_path
    anchors = [
        (0, shares.first),
        (_last_until(journey.created_at, journey), shares.creation),
        (_last_until(journey.last_stage_change_at, journey), shares.stage_change),
        (len(journey.touches) - 1, shares.last),
    ]
    return _milestones(journey, anchors, shares.rest)


def _last_until(time: datetime | None, journey: Journey) -> int | None:
    until = [i for i, touch in enumerate(journey.touches) if time and touch.occurred_at <= time]
    return until[-1] if until else None


def _milestones(journey: Journey, anchors: Sequence[tuple[int | None, float]], rest: float) -> list[Fraction]:
    scores = [Fraction(0)] * len(journey.touches)
    for i, share in anchors:
        if i is not None:
            scores[i] += _exact(share)
    others = set(range(len(scores))) - {i for i, _ in anchors}
    for i in others:
        scores[i] = _exact(rest) / len(others)
    return scores


def role_based(journey: Journey, policy: Policy) -> list[Fraction]:
    """The touchpoint's influence weight (rule 11)."""
    return [touch.weight for touch in journey.touches]


def custom(journey: Journey, policy: Policy) -> list[Fraction]:
    """The policy's rules, first match or sum; where every touch counts 0, all count alike."""
    rules = policy.models.custom
    scores = []
    for touch in journey.touches:
        weights = [_exact(rule.weight) for rule in rules.rules if _holds(rule.when, touch, journey)]
        if rules.combine == "first_match":
            weights = weights[:1]
        scores.append(sum(weights, Fraction(0)) if weights else _exact(rules.otherwise))
    return scores if any(scores) else [Fraction(1)] * len(scores)


def _holds(when: CustomConditions, touch: Touch, journey: Journey) -> bool:
    texts = ("activity_type", "influence_type", "partner_type", "tier", "stage")
    for name in texts:
        allowed = getattr(when, name)
        if allowed is not None and getattr(touch, name) not in allowed:
            return False
    if when.days_before_close and not _within(journey.closed_at - touch.occurred_at, when.days_before_close):
        return False
    if when.days_after_creation is None:
        return True
    created_at = journey.created_at
    return created_at is not None and _within(touch.occurred_at - created_at, when.days_after_creation)


def _within(length: timedelta, days: Days) -> bool:
    exact = Fraction(length // timedelta(microseconds=1), 86_400_000_000)
    is_enough = days.at_least is None or exact >= _exact(days.at_least)
    return is_enough and (days.at_most is None or exact <= _exact(days.at_most))


MODELS: dict[str, Callable[[Journey, Policy], list[Fraction]]] = {
    "first_touch": first_touch,
    "last_touch": last_touch,
    "linear": linear,
    "equal_split": equal_split,
    "time_decay": time_decay,
    "time_decay_half_life": time_decay_half_life,
    "position_based": position_based,
    "w_shaped": w_shaped,
    "j_shaped": j_shaped,
    "inverse_j": inverse_j,
    "full_path": full_path,
    "role_based": role_based,
    "influence_weighted": role_based,  # the same weights; it differs in how much it allocates
    "participation": linear,  # the same scores; it differs in what it divides
    "custom": custom,
}


def allocated_share(model: str, scores: Sequence[Fraction]) -> Fraction:
    """How much of the amount a model divides: full models all of it, influence_weighted min(1, sum of weights)."""
    return min(Fraction(1), sum(scores, Fraction(0))) if model == "influence_weighted" else Fraction(1)


def divide(amount_cents: int, scores: Sequence[Fraction], share: Fraction = Fraction(1)) -> list[int]:
    """Whole cents per touch by largest remainder, ties in the given order; scores may not all be zero.

    "floor of the raw cents + 0.000001, remainders compared in millionths of a cent". The cents to divide are the
    share of the amount, rounded half up.
    """
    to_divide = floor(amount_cents * share + Fraction(1, 2))
    total = sum(scores, Fraction(0))
    raw = [to_divide * score / total for score in scores]
    cents = [floor(value + MILLIONTH) for value in raw]
    remainders = [round((value - whole) / MILLIONTH) for value, whole in zip(raw, cents, strict=True)]
    by_remainder = sorted(range(len(raw)), key=lambda i: (-remainders[i], i))
    for i in by_remainder[: to_divide - sum(cents)]:
        cents[i] += 1
    return cents


def credits(model: str, journey: Journey, amount_cents: int, policy: Policy) -> list[int]:
    """Credit in cents of each touch of a journey under a model."""
    scores = MODELS[model](journey, policy)
    if model == "participation":
        return _to_each_partner(amount_cents, journey, scores)
    return divide(amount_cents, scores, allocated_share(model, scores))


def _to_each_partner(amount_cents: int, journey: Journey, scores: Sequence[Fraction]) -> list[int]:
    """Every partner gets the whole amount, over its own touches alone."""
    cents = [0] * len(scores)
    for partner_id in {touch.partner_id for touch in journey.touches}:
        own = [i for i, touch in enumerate(journey.touches) if touch.partner_id == partner_id]
        for i, part in zip(own, divide(amount_cents, [scores[i] for i in own]), strict=True):
            cents[i] = part
    return cents


def _exact(value: float) -> Fraction:
    return Fraction(str(value))
