"""Each partner on a deal gets its whole amount: who took part, never a sum (participation)."""

import numpy as np

from attribution_models.policy import Policy
from attribution_models.types import Floats, Touches

IS_FULL = False
IS_ADDITIVE = False


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    return "the whole amount to each partner, evenly over its touchpoints; not additive: in no sum, never written back"


def score(touches: Touches, policy: Policy) -> Floats:
    """1: the partner's touchpoints count alike."""
    return np.ones(touches.rows)


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, what its place or facts made of its score, in words."""
    return [
        f"one of {count} touchpoints of its partner, who has the whole amount"
        if count > 1
        else "its partner's only one"
        for count in touches.touches_of_partner
    ]
