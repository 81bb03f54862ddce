"""Every touchpoint of a deal counts the same."""

import numpy as np

from attribution_models.policy import Policy
from attribution_models.types import Floats, Touches


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    return "1 for every touchpoint"


def score(touches: Touches, policy: Policy) -> Floats:
    """1 for every touchpoint."""
    return np.ones(touches.rows)


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, what its place or facts made of its score, in words."""
    return [f"one of {size}, all alike" for size in touches.size]
