"""Each touchpoint earns its influence weight (rule 11) as a share of the deal; what nobody earned stays direct."""

from attribution_models.influence_weight import why_weight
from attribution_models.policy import Policy
from attribution_models.types import Floats, Touches

IS_FULL = False


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    return "min(1, sum of influence weights) of the amount, by weight; the rest of the deal stays direct"


def score(touches: Touches, policy: Policy) -> Floats:
    """The influence weight."""
    return touches.weight


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, where its weight comes from, in words."""
    return why_weight(touches)
