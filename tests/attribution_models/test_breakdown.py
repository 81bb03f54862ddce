"""The arithmetic that people are shown is the arithmetic that was done."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from attribution_models.breakdown import breakdown


def test_each_step_of_an_uneven_split() -> None:
    """From scores over shares and raw cents to floors and the spare cent."""
    result = breakdown([2.0, 1.0], 100_00, is_full=True)
    first, second = result.steps
    assert (result.total_score, result.allocated_cents) == (3.0, 100_00)
    assert (first.normalised_share, first.raw_cents, first.floor_cents) == (2 / 3, Decimal("6666.666667"), 6666)
    assert (first.remainder_cents, first.credit_cents) == (1, 6667)
    assert (second.raw_cents, second.remainder_cents, second.credit_cents) == (Decimal("3333.333333"), 0, 3333)


def test_a_partial_model_shows_what_it_divides() -> None:
    """0.25 + 0.25 of 1,001.01 is 500.505, rounded half up before it is divided."""
    result = breakdown([0.25, 0.25], 1001_01, is_full=False)
    assert (result.allocated_cents, [step.credit_cents for step in result.steps]) == (500_51, [250_26, 250_25])


def test_nothing_scored_nothing_divided() -> None:
    """All-zero scores show zeros, not a division by zero."""
    result = breakdown([0.0, 0.0], 1001_01, is_full=False)
    assert (result.allocated_cents, [step.credit_cents for step in result.steps]) == (0, [0, 0])


@given(
    scores=st.lists(st.integers(0, 100).map(lambda i: i / 100), min_size=1, max_size=8),
    cents=st.integers(0, 10**15),
    is_full=st.booleans(),
)
def test_steps_add_up(scores: list[float], cents: int, is_full: bool) -> None:
    """Floor and spare cent make the credit, and credits make what was allocated."""
    result = breakdown(scores, cents, is_full=is_full)
    assert all(step.floor_cents + step.remainder_cents == step.credit_cents for step in result.steps)
    assert sum(step.credit_cents for step in result.steps) == result.allocated_cents
    assert all(abs(step.raw_cents - step.credit_cents) < 1 for step in result.steps)
