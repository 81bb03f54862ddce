"""The arithmetic behind the credits of one deal, step by step, for people: from the stored scores to whole cents.

It runs the allocator itself on the stored scores, so what is explained is what was done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from attribution_models.allocate import allocate, raw_cents
from attribution_models.cents import MILLIONTHS_PER_CENT, allocated_cents


@dataclass(frozen=True)
class Step:
    """One touchpoint: ``score`` of the deal's total makes ``normalised_share``, that share of what is allocated makes
    ``raw_cents`` (six decimals), and these become ``floor_cents`` plus ``remainder_cents`` (1 for the largest, else 0).
    """

    score: float
    normalised_share: float
    raw_cents: Decimal
    floor_cents: int
    remainder_cents: int
    credit_cents: int


@dataclass(frozen=True)
class Breakdown:
    """One deal under one model: the sum of scores, the cents that the model divides, and a step per touchpoint."""

    total_score: float
    allocated_cents: int
    steps: tuple[Step, ...]


def breakdown(scores: Sequence[float], amount_cents: int, *, is_full: bool) -> Breakdown:
    """The steps for one deal's touchpoints in the order of rule 9, from their stored scores and the deal's amount."""
    run = (np.array(scores, dtype=np.float64), np.zeros(1, dtype=np.int64), np.array([len(scores)]))
    cents = np.array([amount_cents], dtype=np.int64)
    total = float(sum(scores))
    divided = int(cents[0] if is_full else allocated_cents(*run, cents)[0]) if total else 0
    allocation = allocate(*run, cents, is_full=is_full)
    steps = zip(
        scores, raw_cents(list(scores), divided), allocation.credit_cents, allocation.remainder_cents, strict=True
    )
    return Breakdown(total, divided, tuple(_step(total, *step) for step in steps))


def _step(total: float, score: float, raw: Fraction, credit: np.int64, remainder: np.int64) -> Step:
    return Step(
        score=score,
        normalised_share=score / total if total else 0.0,
        raw_cents=Decimal(round(raw * MILLIONTHS_PER_CENT)) / MILLIONTHS_PER_CENT,
        floor_cents=int(credit - remainder),
        remainder_cents=int(remainder),
        credit_cents=int(credit),
    )
