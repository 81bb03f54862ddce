"""The only place where scores become money: normalises per deal and hands out whole cents by largest remainder.

SPEC 5: each touchpoint gets the floor of its raw cents + 0.000001; the cents that are left go one each to the largest
remainders, compared in millionths of a cent, ties in the order of rule 9. A model never sees an amount, and nothing
after this place may round.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np

from attribution_models.exact import exact_quotient, quotient, sums_of_runs
from attribution_models.segments import place_within
from attribution_models.types import Flags, Floats, Ints

FLOOR_TOLERANCE_CENTS = 0.000001
"""A raw amount this close below a whole cent is that whole cent."""

MILLIONTHS_PER_CENT = 1_000_000

_BLOCK_ROWS = 1 << 15  # small enough for the arrays of one step to stay in the processor's cache
_EXACT_CENTS = 1 << 53  # above this a float can't hold the amount itself
_WHOLE = 1.5 * 2.0**52  # from here to 2^53 floats are whole numbers
_SHARE_UNITS = 1e14  # shares of a deal are read to 14 decimals


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
    cents = amount_cents if is_full or not len(scores) else allocated_cents(scores, starts, amount_cents)
    held = np.where(np.abs(cents) < _EXACT_CENTS, cents, 0)
    credit, bonus = np.empty(len(scores), dtype=np.int64), np.empty(len(scores), dtype=np.int64)
    for deals in _blocks(counts):
        rows = slice(int(starts[deals.start]), int(starts[deals.stop - 1] + counts[deals.stop - 1]))
        run = (starts[deals] - rows.start, counts[deals])
        if _are_alike(scores[rows], counts[deals]):
            credit[rows], bonus[rows] = _equal_parts(*run, held[deals])
            continue
        floors, fraction, left = _floors(scores[rows], *run, held[deals])
        bonus[rows] = _largest_remainders(_rank(fraction, scores[rows] > 0), *run, left)
        np.add(floors, bonus[rows], out=credit[rows])
    for deal in np.flatnonzero(held != cents):
        rows = slice(int(starts[deal]), int(starts[deal] + counts[deal]))
        credit[rows], bonus[rows] = _allocate_giant(scores[rows], int(cents[deal]))
    return Allocation(credit, bonus)


def allocated_cents(scores: Floats, starts: Ints, amount_cents: Ints) -> Ints:
    """What a model that is not full divides: scores are shares of the deal, so min(1, their sum) of the amount.

    Rounded half up to the cent; the rest of the deal stays with nobody. Shares are written as decimals, which floats
    do not hold (0.35 is a little less): their sum is read as a decimal again, or half a cent would be rounded down.
    """
    total = np.rint(np.add.reduceat(np.minimum(scores, 1.0), starts) * _SHARE_UNITS)
    units = np.full(len(total), _SHARE_UNITS)
    whole, fraction = quotient(amount_cents.astype(np.float64), total, units, np.zeros(len(total)))
    cents = (whole + np.floor(fraction + 0.5 + FLOOR_TOLERANCE_CENTS)).astype(np.int64)
    return np.where(total < _SHARE_UNITS, cents, amount_cents)


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
    credit, _ = _whole_cents(raw, np.array([share > 0 for share in shares], dtype=np.bool_))
    return [int(part) for part in credit]


def _blocks(counts: Ints) -> list[slice]:
    """Ranges of deals that hold about ``_BLOCK_ROWS`` rows each."""
    if not len(counts):
        return []
    block = (np.cumsum(counts) - counts) // _BLOCK_ROWS
    heads = np.flatnonzero(np.diff(block, prepend=-1))
    ends = np.append(heads[1:], len(counts))
    return [slice(int(head), int(end)) for head, end in zip(heads, ends, strict=True)]


def _are_alike(scores: Floats, counts: Ints) -> bool:
    """Whether all claims are the same, on deals so small that the floor's tolerance lifts no part of one."""
    is_claim = np.isfinite(scores[0]) and scores[0] > 0 and counts.max() < MILLIONTHS_PER_CENT
    return bool(is_claim and (scores == scores[0]).all())


def _equal_parts(starts: Ints, counts: Ints, cents: Ints) -> tuple[Ints, Ints]:
    """Per row its part where all claims are the same, and the cent of it that was left: the first rows get one."""
    part, left = np.divmod(cents, counts)
    bonus = (np.arange(int(counts.sum())) - np.repeat(starts, counts) < np.repeat(left, counts)).astype(np.int64)
    return np.repeat(part, counts) + bonus, bonus


def _floors(scores: Floats, starts: Ints, counts: Ints, cents: Ints) -> tuple[Ints, Floats, Ints]:
    """Per row the floor of its raw cents and the fraction above it, per deal the cents that no floor holds."""
    largest = _largest_scores(scores, starts)
    amount = cents.astype(np.float64)
    if _are_small_whole_numbers(scores, largest, counts, amount):
        total = np.add.reduceat(scores, starts)
        per_row, divisor = _per_row(counts, amount, np.maximum(total, 1.0))
        floors, fraction = exact_quotient(per_row, scores, divisor)
    else:
        scaled = scores * np.repeat(_scale(largest), counts)
        total, low = sums_of_runs(scaled, starts, counts)
        per_row, divisor, rest = _per_row(counts, amount, np.where(total > 0, total, 1.0), low)
        floors, fraction = quotient(per_row, scaled, divisor, rest)
    carry = np.floor(fraction + FLOOR_TOLERANCE_CENTS)
    credit = (floors + carry).astype(np.int64)
    return credit, fraction - carry, np.where(total > 0, cents - np.add.reduceat(credit, starts), 0)


def _largest_scores(scores: Floats, starts: Ints) -> Floats:
    largest = np.maximum.reduceat(scores, starts)
    if not (np.isfinite(largest).all() and scores.min() >= 0):
        raise ValueError("a score is negative, infinite or not a number")
    return largest


def _are_small_whole_numbers(scores: Floats, largest: Floats, counts: Ints, amount: Floats) -> bool:
    """Whether floats hold every product of amounts and scores exactly: most rule models score in small whole parts."""
    bound = float(largest.max()) * int(counts.max()) * max(float(np.abs(amount).max()), 1.0)
    return bound < _EXACT_CENTS / 2 and bool((scores == np.floor(scores)).all())


def _per_row(counts: Ints, *per_deal: Floats) -> Iterator[Floats]:
    return (np.repeat(values, counts) for values in per_deal)


def _scale(largest: Floats) -> Floats:
    """Per deal, the power of two that brings its largest score between 0.5 and 1: nothing overflows or vanishes."""
    exponent = np.frexp(largest)[1]
    scale: Floats = np.ldexp(1.0, np.clip(-exponent, -1020, 500))
    return scale


def _rank(fraction: Floats, has_score: Flags) -> Floats:
    """The order in which cents that are left go out: largest remainder first, compared in millionths of a cent.

    Of equal remainders, a touchpoint without a score comes after those with one: it has no claim to a cent.
    """
    rank: Floats = 2.0 * MILLIONTHS_PER_CENT - 2.0 * _nearest_whole(fraction * MILLIONTHS_PER_CENT) - has_score
    return rank


def _largest_remainders(rank: Floats, starts: Ints, counts: Ints, left: Ints) -> Ints:
    """One cent more for the ``left`` first rows of each deal by ``rank``.

    Where the floors' tolerance gave out too much (it takes a deal of a million touchpoints), ``left`` is below 0 and
    the last rows give one back.
    """
    if not left.any():
        return np.zeros(len(rank), dtype=np.int64)
    place = place_within(rank, starts, counts, left != 0)
    each = np.repeat(left, counts)
    bonus = (place < each).astype(np.int64)
    if left.min() < 0:
        bonus -= place >= np.repeat(counts, counts) + np.minimum(each, 0)
    return bonus


def _nearest_whole(values: Floats) -> Floats:
    """As ``np.rint`` for numbers below 2^51, at a tenth of its time: what lies below one falls off the float."""
    nearest: Floats = (values + _WHOLE) - _WHOLE
    return nearest


def _allocate_giant(scores: Floats, cents: int) -> tuple[Ints, Ints]:
    """One deal of 2^53 cents (90 trillion) or more, in whole fractions: a typing error must not stop a run."""
    return _whole_cents(raw_cents(scores.tolist(), cents), scores > 0)


def _whole_cents(raw: list[Fraction], has_score: Flags) -> tuple[Ints, Ints]:
    """The credits of one deal and the cents in them handed out by largest remainder."""
    floors = [floor(part + Fraction(1, MILLIONTHS_PER_CENT)) for part in raw]
    fraction = np.array([float(part - whole) for part, whole in zip(raw, floors, strict=True)])
    left = int(sum(raw)) - sum(floors)
    bonus = _largest_remainders(_rank(fraction, has_score), np.array([0]), np.array([len(raw)]), np.array([left]))
    return np.array(floors, dtype=np.int64) + bonus, bonus
