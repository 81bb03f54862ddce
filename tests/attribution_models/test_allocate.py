"""The division of cents: exact to the last one, for any amount a table can hold and any score a model can give."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attribution_models.allocate import allocate


def divide(scores: list[float], cents: int, is_full: bool = True) -> list[int]:
    """One deal through the allocator."""
    run = (np.array(scores, dtype=np.float64), np.array([0]), np.array([len(scores)]), np.array([cents]))
    return allocate(*run, is_full=is_full).credit_cents.tolist()


def divide_exactly(scores: list[float], cents: int, is_full: bool = True) -> list[int]:
    """SPEC 5 word by word in fractions: floor of raw cents + 0.000001, then the largest remainders in their order."""
    exact = [Fraction(score) for score in scores]
    total, millionth = sum(exact), Fraction(1, 10**6)
    if total == 0:
        return [0] * len(scores)
    if not is_full:
        shares = sum(Fraction(str(score)) for score in scores)
        cents = floor(cents * min(Fraction(1), shares) + Fraction(1, 2))
    raw = [score / total * cents for score in exact]
    credit = [floor(part + millionth) for part in raw]
    order = sorted(range(len(raw)), key=lambda i: (-round((raw[i] - credit[i]) / millionth), exact[i] == 0, i))
    for i in order[: cents - sum(credit)]:
        credit[i] += 1
    return credit


amounts = st.one_of(st.integers(-(10**15), 10**15), st.integers(-100, 100), st.integers(-(10**18), 10**18))
claims = st.one_of(
    st.lists(st.floats(0, 1e300, allow_subnormal=False), min_size=1, max_size=12),
    st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 1.0]), min_size=1, max_size=60),
    st.lists(st.integers(0, 2**40).map(float), min_size=1, max_size=12),
    st.integers(1, 300).map(lambda n: [1.0] * n),
    st.integers(1, 1100).map(lambda n: [2.0 ** (i - n) for i in range(1, n + 1)]),
)


@given(scores=claims, cents=amounts)
@example(scores=[0.4, 0.2 / 3, 0.2 / 3, 0.2 / 3, 0.4], cents=10**15)
@example(scores=[1.0, 1.0, 1.0], cents=10**15 + 1)
def test_a_full_amount_is_divided_as_in_fractions(scores: list[float], cents: int) -> None:
    """Every cent goes where exact arithmetic sends it, for amounts of both signs, past what a float can hold."""
    assert divide(scores, cents) == divide_exactly(scores, cents)


@given(
    scores=st.lists(st.integers(0, 100).map(lambda i: i / 100), min_size=1, max_size=9), cents=st.integers(0, 10**15)
)
@example(scores=[0.35], cents=100_010)
@example(scores=[0.35], cents=95_026_177_530)
def test_a_partial_amount_is_divided_as_in_fractions(scores: list[float], cents: int) -> None:
    """Scores that are shares of the deal give out min(1, their sum) of it, rounded half up, and divide just that."""
    assert divide(scores, cents, is_full=False) == divide_exactly(scores, cents, is_full=False)


@given(scores=claims, cents=amounts, power=st.integers(-40, 40))
def test_only_proportions_of_scores_count(scores: list[float], cents: int, power: int) -> None:
    """Doubling or halving every score changes no credit."""
    scaled = [score * 2.0**power for score in scores]
    if max(scaled) < 1e300 and all(score == 0 or score > 1e-290 for score in scaled + scores):
        assert divide(scaled, cents) == divide(scores, cents)


@given(st.lists(st.tuples(claims, st.integers(0, 10**15)), min_size=1, max_size=8))
def test_a_deal_is_divided_alike_whatever_lies_beside_it(deals: list[tuple[list[float], int]]) -> None:
    """Neighbours in the batch never change a deal's credits."""
    counts = np.array([len(scores) for scores, _ in deals])
    scores = np.array([score for deal_scores, _ in deals for score in deal_scores])
    together = allocate(scores, np.cumsum(counts) - counts, counts, np.array([cents for _, cents in deals]))
    assert together.credit_cents.tolist() == [credit for deal in deals for credit in divide(*deal)]


def test_a_half_cent_goes_to_the_earlier_touchpoint() -> None:
    """Two equal claims on an odd cent: the order of rule 9 decides."""
    assert divide([1.0, 1.0], 100_001) == [50_001, 50_000]


def test_two_spare_cents_go_to_the_two_earliest_of_three_equals() -> None:
    """Ties are settled for every spare cent, not only for the first."""
    assert divide([1.0, 1.0, 1.0], 5) == [2, 2, 1]


def test_the_largest_remainder_wins_over_the_earlier_place() -> None:
    """Order settles ties alone."""
    assert divide([0.1, 0.2, 0.7], 9) == [1, 2, 6]


def test_a_remainder_below_a_millionth_of_a_cent_is_a_tie() -> None:
    """Noise far below a millionth of a cent never moves a cent."""
    assert divide([1.0, 1.0 + 1e-13], 100_001) == [50_001, 50_000]


def test_a_thousandth_of_a_cent_is_no_tie() -> None:
    """A remainder that is larger in millionths of a cent gets the cent, although it comes later."""
    assert divide([1.0, 1.0 + 1e-7], 100_001) == [50_000, 50_001]


def test_ten_trillion_in_three_parts() -> None:
    """10^15 cents, more than seven significant digits of any share, still add up."""
    assert divide([1.0, 1.0, 1.0], 10**15) == [333_333_333_333_334, 333_333_333_333_333, 333_333_333_333_333]


def test_the_largest_amount_of_the_warehouse() -> None:
    """DECIMAL(18,2) ends at 10^18 - 1 cents, above what a float holds: the sum is still the amount."""
    assert divide([1.0, 1.0, 2.0], 10**18 - 1) == [25 * 10**16, 25 * 10**16 - 1 + 1, 5 * 10**17 - 1]


def test_a_refund_is_divided_too() -> None:
    """A negative amount adds up, with floors towards minus infinity."""
    assert divide([1.0, 1.0], -3) == [-1, -2]


def test_no_claim_gets_nothing() -> None:
    """Where every score is zero nothing is handed out, and no deal beside it notices."""
    both = allocate(np.array([0.0, 0.0, 1.0]), np.array([0, 2]), np.array([2, 1]), np.array([500, 700]))
    assert both.credit_cents.tolist() == [0, 0, 700]


def test_a_touchpoint_without_a_score_never_gets_a_spare_cent() -> None:
    """The spare cents go to those with a claim, also where a claim-less touchpoint comes first."""
    assert divide([0.0, 1.0, 1.0], 3) == [0, 2, 1]


def test_spare_cents_are_told_apart() -> None:
    """What largest remainder handed out is kept beside the credit, so that the sum can be explained."""
    result = allocate(np.ones(3), np.array([0]), np.array([3]), np.array([100]))
    assert (result.credit_cents.tolist(), result.remainder_cents.tolist()) == ([34, 33, 33], [1, 0, 0])


def test_floors_that_gave_out_too_much_are_taken_back() -> None:
    """With 1,500,000 equal claims each floor's tolerance rounds up, and the one cent too much comes off the last."""
    credit = allocate(np.ones(1_500_000), np.array([0]), np.array([1_500_000]), np.array([1_499_999])).credit_cents
    assert (int(credit.sum()), int(credit.min()), int(credit[-1])) == (1_499_999, 0, 0)


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -1.0])
def test_a_score_that_is_no_claim_is_refused(score: float) -> None:
    """A model's mistake stops here, before it becomes money."""
    with pytest.raises(ValueError, match="negative, infinite or not a number"):
        divide([1.0, score], 100)


def test_nothing_to_divide() -> None:
    """No touchpoints, no credits, no error."""
    empty = np.zeros(0, dtype=np.int64)
    assert len(allocate(np.zeros(0), empty, empty, empty).credit_cents) == 0
