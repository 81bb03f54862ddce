"""Scores that depend on a touchpoint's place alone: shares for the ends and the middle, and shares for milestones.

Shares become whole parts (0.4, 0.2, 0.4 is 2, 1, 2), which floats hold exactly, so that equal claims tie exactly.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from attribution_models.types import Floats, Ints, Touches


def whole_parts(*shares: float) -> tuple[int, ...]:
    """The smallest whole numbers in the proportion of ``shares``, as they are written in the policy."""
    fractions = [Fraction(str(share)) for share in shares]
    scale = lcm(*(fraction.denominator for fraction in fractions))
    whole = [int(fraction * scale) for fraction in fractions]
    divisor = int(np.gcd.reduce(whole)) or 1
    return tuple(part // divisor for part in whole)


def ends_and_middle(touches: Touches, first: float, middle: float, last: float) -> Floats:
    """``first`` to the first touchpoint, ``last`` to the last, ``middle`` shared evenly by those between.

    Without a middle the two ends share in proportion; one touchpoint takes all.
    """
    first_part, middle_part, last_part = whole_parts(first, middle, last)
    between = np.maximum(touches.counts - 2, 1).astype(np.float64)
    scores = np.full(touches.rows, float(middle_part))
    scores[touches.last_row] = last_part * between
    scores[touches.first_row] = first_part * between
    scores[touches.first_row[touches.counts == 1]] = 1.0
    return scores


def milestones(touches: Touches, anchors: Sequence[tuple[Ints, float]], rest: float) -> Floats:
    """Each anchor's share to the touchpoint in its row, ``rest`` shared evenly by the touchpoints that anchor nothing.

    ``anchors`` pairs a row per deal (-1: the deal lacks it) with a share. Shares add up where anchors fall together;
    what is missing is dropped, and the allocator normalises.
    """
    *anchor_parts, rest_part = whole_parts(*(share for _, share in anchors), rest)
    parts = np.zeros(touches.rows)
    is_anchor = np.zeros(touches.rows, dtype=np.bool_)
    for (rows, _), part in zip(anchors, anchor_parts, strict=True):
        present = rows[rows >= 0]
        parts[present] += part
        is_anchor[present] = True
    others = np.maximum(touches.sums((~is_anchor).astype(np.float64)), 1.0)
    return np.where(is_anchor, parts * touches.spread(others), float(rest_part))
