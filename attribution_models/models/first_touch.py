"""The whole deal to its first touchpoint: who opened the door?"""

import numpy as np

from attribution_models.policy import Policy
from attribution_models.types import Floats, Touches


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    return "all to the first touchpoint"


def score(touches: Touches, policy: Policy) -> Floats:
    """1 for the first touchpoint of each deal, 0 for the others."""
    scores = np.zeros(touches.rows)
    scores[touches.first_row] = 1.0
    return scores


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, what its place or facts made of its score, in words."""
    return [
        f"first of {size}" if position == 1 else f"touchpoint {position}, not the first"
        for position, size in zip(touches.position, touches.size, strict=True)
    ]
