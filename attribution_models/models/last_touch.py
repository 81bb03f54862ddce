"""The whole deal to its last touchpoint: who was there when it closed?"""

import numpy as np

from attribution_models.policy import Policy
from attribution_models.types import Floats, Touches


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    return "all to the last touchpoint"


def score(touches: Touches, policy: Policy) -> Floats:
    """1 for the last touchpoint of each deal, 0 for the others."""
    scores = np.zeros(touches.rows)
    scores[touches.last_row] = 1.0
    return scores


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, what its place or facts made of its score, in words."""
    return [
        f"last of {size}" if position == size else f"touchpoint {position}, not the last of {size}"
        for position, size in zip(touches.position, touches.size, strict=True)
    ]
