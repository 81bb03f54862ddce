"""Arithmetic in twice a float's precision, by error-free transformations, so that a cent is never lost to rounding.

Dekker's product and Knuth's sum (T. J. Dekker, A floating-point technique for extending the available precision, 1971;
D. E. Knuth, The Art of Computer Programming, volume 2): each returns the rounded result and the exact rounding error.
"""

import numpy as np

from attribution_models.types import Floats, Ints

_SPLITTER = 2.0**27 + 1


def two_sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """``high + low == a + b`` exactly, ``high`` being the rounded sum."""
    high = a + b
    of_b = high - a
    return high, (a - (high - of_b)) + (b - of_b)


def two_product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """``high + low == a * b`` exactly, ``high`` being the rounded product."""
    high = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    return high, a_low * b_low - (((high - a_high * b_high) - a_low * b_high) - a_high * b_low)


def sums_of_runs(values: Floats, starts: Ints, counts: Ints) -> tuple[Floats, Floats]:
    """Sum of each run of ``values``, none above 1, as ``high + low`` with an error near 2^-79.

    The leading 26 bits add up exactly (up to 2^26 rows a run), what is left is too small for its rounding to matter.
    """
    grid = 1.5 * 2.0**26
    leading = (values + grid) - grid
    return two_sum(np.add.reduceat(leading, starts), np.add.reduceat(values - leading, starts))


def quotient(a: Floats, b: Floats, high: Floats, low: Floats) -> tuple[Floats, Floats]:
    """``a * b / (high + low)`` as a whole number near it and the fraction that is left, from about -1 to 2.

    ``a`` holds whole numbers below 2^53, ``b`` is no larger than the divisor. The fraction is right to about 1e-16.
    """
    product, product_error = two_product(a, b)
    whole = np.floor(product / high)
    back, back_error = two_product(whole, high)
    left = (product - back) + ((product_error - back_error) - whole * low)
    return whole, left / high


def exact_quotient(a: Floats, b: Floats, divisor: Floats) -> tuple[Floats, Floats]:
    """The same for whole numbers whose products stay below 2^52: nothing is rounded but the fraction itself."""
    product = a * b
    whole = np.floor(product / divisor)
    return whole, (product - whole * divisor) / divisor


def _halves(a: Floats) -> tuple[Floats, Floats]:
    scaled = a * _SPLITTER
    high = scaled - (scaled - a)
    return high, a - high
