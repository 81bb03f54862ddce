"""Every partner of a deal counts the same, however many touchpoints it has.

This is also the set Shapley value (Zhao, Mahboobi, Bagheri 2018, arXiv 1804.05327). It learns nothing from outcomes.
"""

import numpy as np

from attribution_models.policy import Policy
from attribution_models.types import Floats, Touches

_LARGEST_COUNT = 40  # the least common multiple of 1 to 40 is the last that a float holds exactly


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    return "1 / (number of the partner's touchpoints on the deal): equal per partner"


def score(touches: Touches, policy: Policy) -> Floats:
    """1 / (the partner's touchpoints on the deal), times the deal's least common multiple so that scores are whole."""
    counts = touches.touches_of_partner
    multiple = np.lcm.reduceat(np.minimum(counts, _LARGEST_COUNT), touches.starts)
    is_exact = np.maximum.reduceat(counts, touches.starts) <= _LARGEST_COUNT
    return touches.spread(np.where(is_exact, multiple, 1)) / counts


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, what its place or facts made of its score, in words."""
    return [
        f"one of {count} touchpoints of its partner here" if count > 1 else "the only touchpoint of its partner here"
        for count in touches.touches_of_partner
    ]
