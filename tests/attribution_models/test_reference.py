"""Every rule-based model against its definition in SPEC 5, written once more in exact fractions, deal by deal."""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attribution_models.journeys import Deal, credits_of

Journey = list[tuple[str, int, Fraction, bool]]
"""Touches in order: partner, days before the close, weight, and whether the touch was at or before creation."""


def by_position(journey: Journey, first: Fraction, middle: Fraction, last: Fraction) -> list[Fraction]:
    """Ends and middle, the middle shared evenly, renormalised without one."""
    n = len(journey)
    if n == 1:
        return [Fraction(1)]
    return [first, *[middle / (n - 2) for _ in range(n - 2)], last]


def w_shaped(journey: Journey) -> list[Fraction]:
    """Three anchors of three tenths and a tenth for the rest."""
    n, three_tenths = len(journey), Fraction(3, 10)
    score = dict.fromkeys(range(n), Fraction(0))
    anchors = [0, n - 1, *[i for i in range(n) if journey[i][3]][-1:]]
    for anchor in anchors:
        score[anchor] += three_tenths
    rest = [i for i in range(n) if i not in anchors]
    for i in rest:
        score[i] = Fraction(1, 10 * len(rest))
    return list(score.values())


def equal_split(journey: Journey) -> list[Fraction]:
    """The deal over the partners, each partner's part over its touches."""
    touches = Counter(touch[0] for touch in journey)
    return [Fraction(1, len(touches) * touches[touch[0]]) for touch in journey]


REFERENCE: dict[str, Callable[[Journey], list[Fraction]]] = {
    "first_touch": lambda journey: by_position(journey, Fraction(1), Fraction(0), Fraction(0)),
    "last_touch": lambda journey: by_position(journey, Fraction(0), Fraction(0), Fraction(1)),
    "linear": lambda journey: [Fraction(1, len(journey))] * len(journey),
    "equal_split": equal_split,
    "time_decay": lambda journey: [Fraction(2) ** i for i in range(len(journey))],
    "time_decay_half_life": lambda journey: [Fraction(1, 2) ** (touch[1] // 30) for touch in journey],
    "position_based": lambda journey: by_position(journey, Fraction(2, 5), Fraction(1, 5), Fraction(2, 5)),
    "w_shaped": w_shaped,
    "role_based": lambda journey: [touch[2] for touch in journey],
    "influence_weighted": lambda journey: [touch[2] for touch in journey],
}


def cents_of(scores: list[Fraction], amount: int, allocated: Fraction) -> list[int]:
    """Largest remainder in words: floors first, then a cent to each of the largest rests, the earlier first."""
    divided = floor(amount * allocated + Fraction(1, 2))
    raw = [score * divided / sum(scores) for score in scores]
    whole = [floor(part + Fraction(1, 10**6)) for part in raw]
    rests = sorted((-round((part - cents) * 10**6), i) for i, (part, cents) in enumerate(zip(raw, whole, strict=True)))
    spare = {i for _, i in rests[: divided - sum(whole)]}
    return [cents + (i in spare) for i, cents in enumerate(whole)]


journeys = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.integers(0, 24).map(lambda i: i * 30), st.sampled_from([1, 2, 4, 8, 12, 16])),
    min_size=1,
    max_size=14,
)


@pytest.mark.parametrize("model", REFERENCE)
@settings(max_examples=60, deadline=None)
@given(drawn=journeys, created=st.integers(0, 750), amount=st.integers(1, 10**15))
def test_model_equals_its_definition_in_fractions(
    model: str, drawn: list[tuple[str, int, int]], created: int, amount: int
) -> None:
    """To the cent, with ties, shared anchors, repeated partners and amounts up to 10^15 cents.

    Half-lives are whole here and weights are sixteenths, since only then fractions and floats mean the same number.
    """
    ordered = sorted(drawn, key=lambda touch: -touch[1])
    journey = [(partner, days, Fraction(weight, 16), days >= created) for partner, days, weight in ordered]
    scores = REFERENCE[model](journey)
    allocated = min(Fraction(1), sum(scores)) if model == "influence_weighted" else Fraction(1)
    touches = [(partner, float(days), weight / 16) for partner, days, weight in ordered]
    deals = [Deal("D", amount, touches, float(created))]
    assert credits_of(model, deals) == {"D": cents_of(scores, amount, allocated)}
