"""Each touchpoint counts by its influence weight (rule 11); the whole deal is divided."""

import numpy as np

from attribution_models.influence_weight import why_weight
from attribution_models.policy import Policy
from attribution_models.types import Floats, Touches


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    return "the touchpoint's influence weight; equal where every weight of the deal is 0"


def score(touches: Touches, policy: Policy) -> Floats:
    """The influence weight; 1 each on a deal whose weights are all 0, since a full model allocates the whole amount."""
    is_weighed = np.maximum.reduceat(touches.weight, touches.starts) != 0  # a NaN goes on, and is refused
    return np.where(touches.spread(is_weighed), touches.weight, 1.0)


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, where its weight comes from, in words."""
    return why_weight(touches)
