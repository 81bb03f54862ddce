"""SPEC 5 in exact fractions: the rule-based models of one deal, and the division of its cents by largest remainder.

Nothing is vectorised and nothing is rounded before the end, so that the engine's floats have something to answer to.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor

from attribution_models.policy import Policy

MILLIONTH = Fraction(1, 1_000_000)


@dataclass(frozen=True)
class Touch:
    """One eligible touchpoint of a deal, as far as the models look at it; a deal's touches are in rule 9's order."""

    partner_id: str
    occurred_at: datetime
    weight: Fraction


@dataclass(frozen=True)
class Journey:
    """A deal with its touches in order. ``closed_at`` is the close, for an open deal the as-of time."""

    touches: Sequence[Touch]
    created_at: datetime | None
    closed_at: datetime


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
    n, shares = len(journey.touches), policy.models.position_based
    if n <= 2:
        return [Fraction(1, n)] * n
    middle = _exact(shares.middle) / (n - 2)
    return [_exact(shares.first), *[middle] * (n - 2), _exact(shares.last)]


def w_shaped(journey: Journey, policy: Policy) -> list[Fraction]:
    """0.3 first, 0.3 the last touchpoint at or before the deal's creation, 0.3 last, 0.1 the rest.

    "Weights add up where anchors fall on one touchpoint, a missing anchor or rest is dropped, then normalised".
    """
    n, shares = len(journey.touches), policy.models.w_shaped
    scores = [Fraction(0)] * n
    created_at = journey.created_at
    before_creation = [i for i, touch in enumerate(journey.touches) if created_at and touch.occurred_at <= created_at]
    anchors = {(0, "first"), (n - 1, "last"), *((i, "creation") for i in before_creation[-1:])}
    for i, name in anchors:
        scores[i] += _exact(getattr(shares, name))
    rest = set(range(n)) - {i for i, _ in anchors}
    for i in rest:
        scores[i] = _exact(shares.rest) / len(rest)
    return scores


def role_based(journey: Journey, policy: Policy) -> list[Fraction]:
    """The touchpoint's influence weight (rule 11)."""
    return [touch.weight for touch in journey.touches]


MODELS: dict[str, Callable[[Journey, Policy], list[Fraction]]] = {
    "first_touch": first_touch,
    "last_touch": last_touch,
    "linear": linear,
    "equal_split": equal_split,
    "time_decay": time_decay,
    "time_decay_half_life": time_decay_half_life,
    "position_based": position_based,
    "w_shaped": w_shaped,
    "role_based": role_based,
    "influence_weighted": role_based,  # the same weights; it differs in how much it allocates
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
    return divide(amount_cents, scores, allocated_share(model, scores))


def _exact(value: float) -> Fraction:
    return Fraction(str(value))
