"""Scores that depend on a touchpoint's place alone: shares for the ends and the middle, and shares for milestones.

Shares become whole parts (0.4, 0.2, 0.4 is 2, 1, 2), which floats hold exactly, so that equal claims tie exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from attribution_models.policy_models import PositionShares
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


def why_ends(touches: Touches, shares: PositionShares, key: str) -> list[str]:
    """For each touchpoint, which share of ``ends_and_middle`` it has, named by its ``key`` in the policy."""
    return [
        _end_or_middle(int(position), int(size), shares, key)
        for position, size in zip(touches.position, touches.size, strict=True)
    ]


def _end_or_middle(position: int, size: int, shares: PositionShares, key: str) -> str:
    if size == 1:
        return "the only touchpoint takes all"
    if position == 1:
        return f"first of {size}: {key}.first {shares.first:g}"
    if position == size:
        return f"last of {size}: {key}.last {shares.last:g}"
    return f"in the middle: {key}.middle {shares.middle:g}{_over(size - 2)}"


def _over(count: int) -> str:
    """How a share is divided where several touchpoints have it together."""
    return f" over {count} touchpoints" if count > 1 else ""


@dataclass(frozen=True, eq=False)
class Anchor:
    """A milestone: its name in the policy, the row that it falls on in each deal (-1: the deal lacks it), its share."""

    name: str
    rows: Ints
    share: float


def why_milestones(touches: Touches, anchors: Sequence[Anchor], rest: float, key: str) -> list[str]:
    """For each touchpoint, the milestones that fell on it, named by their ``key`` in the policy."""
    found: list[list[str]] = [[] for _ in range(touches.rows)]
    for anchor in anchors:
        for row in anchor.rows[anchor.rows >= 0]:
            found[row].append(f"{key}.{anchor.name} {anchor.share:g}")
    others = touches.spread(touches.sums(np.array([not names for names in found], dtype=np.float64)))
    return [
        " + ".join(names) or f"at no milestone: {key}.rest {rest:g}{_over(int(other))}"
        for names, other in zip(found, others, strict=True)
    ]


def milestones(touches: Touches, anchors: Sequence[Anchor], rest: float) -> Floats:
    """Each anchor's share to the touchpoint in its row, ``rest`` shared evenly by the touchpoints that anchor nothing.

    Shares add up where anchors fall together; what is missing is dropped, and the allocator normalises.
    """
    *anchor_parts, rest_part = whole_parts(*(anchor.share for anchor in anchors), rest)
    parts = np.zeros(touches.rows)
    is_anchor = np.zeros(touches.rows, dtype=np.bool_)
    for anchor, part in zip(anchors, anchor_parts, strict=True):
        present = anchor.rows[anchor.rows >= 0]
        parts[present] += part
        is_anchor[present] = True
    others = np.maximum(touches.sums((~is_anchor).astype(np.float64)), 1.0)
    return np.where(is_anchor, parts * touches.spread(others), float(rest_part))
