"""Divides deals into whole cents, deal after deal, in loops that Numba compiles to machine code.

A claim's part is worked out in twice a float's precision, by error-free transformations (T. J. Dekker, A floating-point
technique for extending the available precision, 1971; D. E. Knuth, The Art of Computer Programming, volume 2), so that
no cent is lost to rounding.
"""

import math

import numpy as np

from attribution_models.compiled import compiled
from attribution_models.types import Floats, Ints

FLOOR_TOLERANCE_CENTS = 0.000001
"""A raw amount this close below a whole cent is that whole cent."""

MILLIONTHS_PER_CENT = 1_000_000

EXACT_CENTS = 1 << 53
"""From here on a float can't hold the amount itself."""

_SPLITTER = 2.0**27 + 1
_GRID = 1.5 * 2.0**26  # added and taken off again, it leaves the leading 26 bits of a number below 1
_SHARE_UNITS = 1e14  # shares of a deal are read to 14 decimals
_FEW = 40  # values; up to so many, insertion is the quicker sort


@compiled
def divide(scores: Floats, starts: Ints, counts: Ints, cents: Ints) -> tuple[Ints, Ints]:
    """Per row its credit and the cent in it that no floor held; ``cents`` per deal, below ``EXACT_CENTS``.

    Cents that no floor holds go one each to the largest remainders. A deal without a score gives nothing.

    Raises:
        ValueError: a score is negative, infinite or not a number.
    """
    credit, bonus = np.zeros(len(scores), dtype=np.int64), np.zeros(len(scores), dtype=np.int64)
    fraction, rank = np.empty(counts.max()), np.empty(counts.max(), dtype=np.int64)
    for deal in range(len(starts)):
        size, amount = counts[deal], cents[deal]
        rows = slice(starts[deal], starts[deal] + size)
        claims = scores[rows]
        largest, are_alike, are_whole = _kind_of(claims)
        if not (0.0 <= largest < np.inf):
            raise ValueError("a score is negative, infinite or not a number")
        if largest == 0.0:
            continue
        if are_alike and size < MILLIONTHS_PER_CENT:  # where the tolerance of the floor lifts no part of one
            _divide_evenly(amount, credit[rows], bonus[rows])
            continue
        if are_whole and largest * size * max(abs(amount), 1) < EXACT_CENTS / 2:
            _whole_floors(claims, amount, credit[rows], fraction)
        else:
            _floors(claims, amount, _power_of_two_above(largest), credit[rows], fraction)
        left = amount - credit[rows].sum()
        if left != 0:
            _rank(claims, fraction, rank[:size])
            _hand_out(rank[:size], left, credit[rows], bonus[rows])
    return credit, bonus


@compiled
def allocated_cents(scores: Floats, starts: Ints, counts: Ints, cents: Ints) -> Ints:
    """What a model that is not full divides: scores are shares of the deal, so min(1, their sum) of its ``cents``.

    Rounded half up to the cent; the rest of the deal stays with nobody. Shares are written as decimals, which floats
    do not hold (0.35 is a little less): their sum is read as a decimal again, or half a cent would be rounded down.
    """
    claimed = np.empty(len(starts), dtype=np.int64)
    for deal in range(len(starts)):
        total = 0.0
        for row in range(starts[deal], starts[deal] + counts[deal]):
            total += min(scores[row], 1.0)
        units = np.rint(total * _SHARE_UNITS)
        whole, fraction = _quotient(np.float64(cents[deal]), units, _SHARE_UNITS, 0.0)
        rounded = np.int64(whole + np.floor(fraction + 0.5 + FLOOR_TOLERANCE_CENTS))
        claimed[deal] = rounded if units < _SHARE_UNITS else cents[deal]
    return claimed


@compiled
def _kind_of(claims: Floats) -> tuple[float, bool, bool]:
    """The largest of a deal's scores (NaN: one is no claim), whether all are the same, and whether all are whole."""
    largest, are_alike, are_whole = 0.0, True, True
    for claim in claims:
        if not claim >= 0.0:
            return np.nan, False, False
        largest = max(largest, claim)
        are_alike &= claim == claims[0]
        are_whole &= claim == np.floor(claim)
    return largest, are_alike, are_whole


@compiled
def _divide_evenly(amount: int, credit: Ints, bonus: Ints) -> None:
    """Where all claims are the same the first rows get the cents that are left."""
    part = amount // len(credit)
    left = amount - part * len(credit)
    for place in range(len(credit)):
        bonus[place] = place < left
        credit[place] = part + bonus[place]


@compiled
def _whole_floors(claims: Floats, amount: int, credit: Ints, fraction: Floats) -> None:
    """Floors and fractions of scores in whole numbers, whose products floats hold exactly: most rule models' scores."""
    total = claims.sum()
    for place in range(len(claims)):
        product = amount * claims[place]
        whole = np.floor(product / total)
        _keep(whole, (product - whole * total) / total, place, credit, fraction)


@compiled
def _floors(claims: Floats, amount: int, scale: float, credit: Ints, fraction: Floats) -> None:
    """Floors and fractions of any scores, brought below 1 by ``scale`` so that nothing overflows or vanishes.

    The leading 26 bits of the scaled scores add up exactly (up to 2^26 of them), what is left of them is too small for
    its rounding to matter.
    """
    leading, trailing = 0.0, 0.0
    for claim in claims:
        scaled = claim * scale
        lead = (scaled + _GRID) - _GRID
        leading += lead
        trailing += scaled - lead
    total, low = _two_sum(leading, trailing)
    for place in range(len(claims)):
        whole, left = _quotient(np.float64(amount), claims[place] * scale, total, low)
        _keep(whole, left, place, credit, fraction)


@compiled
def _power_of_two_above(largest: float) -> float:
    """The power of two that brings ``largest`` between 0.5 and 1."""
    _, exponent = math.frexp(largest)
    return math.ldexp(1.0, min(max(-exponent, -1020), 500))


@compiled
def _keep(whole: float, left: float, place: int, credit: Ints, fraction: Floats) -> None:
    carry = np.floor(left + FLOOR_TOLERANCE_CENTS)
    credit[place] = np.int64(whole + carry)
    fraction[place] = left - carry


@compiled
def _rank(claims: Floats, fraction: Floats, rank: Ints) -> None:
    """Fill ``rank`` so that it ascends as cents go out, each value modulo its length being a place among the claims.

    The largest remainder comes first, compared in millionths of a cent; ties in the order of the rows. Of equal
    remainders, a touchpoint without a score comes after those with one: it has no claim to a cent.
    """
    for place in range(len(claims)):
        millionths = np.int64(np.rint(fraction[place] * MILLIONTHS_PER_CENT))
        has_none = np.int64(not claims[place] > 0)
        rank[place] = (2 * (MILLIONTHS_PER_CENT - millionths) + has_none) * len(claims) + place
    _sort(rank)


@compiled
def _hand_out(rank: Ints, left: int, credit: Ints, bonus: Ints) -> None:
    """One cent more for the first by ``rank``.

    Where the floors' tolerance gave out too much (it takes a deal of a million touchpoints), the last give one back.
    """
    chosen, cent = (rank[:left], 1) if left > 0 else (rank[left:], -1)
    for one in chosen:
        place = one % len(rank)
        credit[place] += cent
        bonus[place] = cent


@compiled
def _sort(values: Ints) -> None:
    """Upwards, in place; few values, which nearly all deals have, by insertion."""
    if len(values) > _FEW:
        values.sort()
        return
    for end in range(1, len(values)):
        value, place = values[end], end
        while place > 0 and values[place - 1] > value:
            values[place] = values[place - 1]
            place -= 1
        values[place] = value


@compiled
def _quotient(a: float, b: float, high: float, low: float) -> tuple[float, float]:
    """``a * b / (high + low)`` as a whole number near it and the fraction that is left, from about -1 to 2.

    ``a`` is a whole number below 2^53, ``b`` no larger than the divisor. The fraction is right to about 1e-16.
    """
    product, product_error = _two_product(a, b)
    whole = np.floor(product / high)
    back, back_error = _two_product(whole, high)
    left = (product - back) + ((product_error - back_error) - whole * low)
    return whole, left / high


@compiled
def _two_sum(a: float, b: float) -> tuple[float, float]:
    """``high + low == a + b`` exactly, ``high`` being the rounded sum."""
    high = a + b
    of_b = high - a
    return high, (a - (high - of_b)) + (b - of_b)


@compiled
def _two_product(a: float, b: float) -> tuple[float, float]:
    """``high + low == a * b`` exactly, ``high`` being the rounded product."""
    high = a * b
    a_high = a * _SPLITTER - (a * _SPLITTER - a)
    b_high = b * _SPLITTER - (b * _SPLITTER - b)
    a_low, b_low = a - a_high, b - b_high
    return high, a_low * b_low - (((high - a_high * b_high) - a_low * b_high) - a_high * b_low)
