"""Each touchpoint counts twice as much as the one before it, by order, as the founding document defines it."""

import numpy as np

from attribution_models.policy import Policy
from attribution_models.types import Floats, Touches


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    return "2^i for touchpoint i by order, written as 2^(i - n): 1 for the last, half of it for each one before"


def score(touches: Touches, policy: Policy) -> Floats:
    """2^(position - n): in the proportion of 2^position, but never above 1, so that no n overflows."""
    return np.exp2((touches.position - touches.size).astype(np.float64))


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, what its place or facts made of its score, in words."""
    return [
        f"touchpoint {position} of {size}: 2^({position} - {size})"
        for position, size in zip(touches.position, touches.size, strict=True)
    ]
