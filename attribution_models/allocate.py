"""The only place where scores become money: normalises per deal and hands out whole cents by largest remainder.

SPEC 5: each touchpoint gets the floor of its raw cents + 0.000001; the cents that are left go one each to the largest
remainders, compared in millionths of a cent, ties in the order of rule 9. A model never sees an amount, and nothing
after this place may round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np

from attribution_models.cents import EXACT_CENTS, MILLIONTHS_PER_CENT, allocated_cents, divide
from attribution_models.types import Floats, Ints


@dataclass(frozen=True, eq=False)
class Allocation:
    """Per touchpoint: the credit in cents, and what part of it (0 or 1) was handed out by largest remainder."""

    credit_cents: Ints
    remainder_cents: Ints


def allocate(scores: Floats, starts: Ints, counts: Ints, amount_cents: Ints, *, is_full: bool = True) -> Allocation:
    """Divide each deal's cents over its rows in proportion to ``scores``.

    ``starts`` and ``counts`` (per deal) say which rows a deal has; rows are in the order of rule 9. A full model
    divides the whole amount, another one ``allocated_cents``. Where all scores of a deal are zero, nobody has a claim
    and nothing is handed out. Negative amounts follow the same words: floor is towards minus infinity.

    Raises:
        ValueError: a score is negative, infinite or not a number.
    """
    if not len(scores):
        return Allocation(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    # Machine code is made for each kind of array: one kind, writable, is made once and serves all models.
    scores, starts, counts, amount_cents = (
        np.require(column, kind, ["C", "W"])
        for column, kind in ((scores, np.float64), (starts, np.int64), (counts, np.int64), (amount_cents, np.int64))
    )
    cents = amount_cents if is_full else allocated_cents(scores, starts, counts, amount_cents)
    held = np.where(np.abs(cents) < EXACT_CENTS, cents, 0)
    credit, bonus = divide(scores, starts, counts, held)
    for deal in np.flatnonzero(held != cents):
        rows = slice(int(starts[deal]), int(starts[deal] + counts[deal]))
        credit[rows], bonus[rows] = _allocate_giant(scores[rows], int(cents[deal]))
    return Allocation(credit, bonus)


def raw_cents(scores: list[float], cents: int) -> list[Fraction]:
    """One deal's ``cents`` in proportion to ``scores`` before any rounding, exact for the scores as they are stored."""
    parts = [Fraction(score) for score in scores]
    total = sum(parts, Fraction(0))
    return [part * cents / total if total else Fraction(0) for part in parts]


def exact_parts(shares: Sequence[Fraction], cents: int) -> list[int]:
    """``cents`` in the proportion of exact ``shares`` by the same rule, ties in the order given; zeros where all are 0.

    For shares that people wrote down: 0.1 is a tenth here, not the nearest float.
    """
    total = sum(shares, Fraction(0))
    raw = [share * cents / total if total else Fraction(0) for share in shares]
    return _whole_cents(raw, [share > 0 for share in shares])[0]


def _allocate_giant(scores: Floats, cents: int) -> tuple[list[int], list[int]]:
    """One deal of 2^53 cents (90 trillion) or more, in whole fractions: a typing error must not stop a run."""
    return _whole_cents(raw_cents(scores.tolist(), cents), [score > 0 for score in scores])


def _whole_cents(raw: list[Fraction], has_score: list[bool]) -> tuple[list[int], list[int]]:
    """As ``cents.divide``, in fractions: the credits of one deal and the cents in them that no floor holds."""
    floors = [floor(part + Fraction(1, MILLIONTHS_PER_CENT)) for part in raw]
    millionths = [round((part - whole) * MILLIONTHS_PER_CENT) for part, whole in zip(raw, floors, strict=True)]
    ranked = sorted(range(len(raw)), key=lambda row: (-millionths[row], not has_score[row]))
    left = int(sum(raw)) - sum(floors)
    bonus = [0] * len(raw)
    for row in ranked[:left] if left > 0 else ranked[left:] if left < 0 else []:
        bonus[row] = 1 if left > 0 else -1
    return [whole + cent for whole, cent in zip(floors, bonus, strict=True)], bonus
