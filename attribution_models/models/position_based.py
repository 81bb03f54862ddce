"""The first and the last touchpoint count most, those between share the rest (U-shaped)."""

from attribution_models.policy import Policy
from attribution_models.shapes import ends_and_middle, why_ends
from attribution_models.types import Floats, Touches


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    shares = policy.models.position_based
    return (
        f"{shares.first:g} first, {shares.last:g} last, {shares.middle:g} over the middle; "
        f"two touchpoints {shares.first:g} to {shares.last:g}; one takes all"
    )


def score(touches: Touches, policy: Policy) -> Floats:
    """The policy's shares in whole parts."""
    shares = policy.models.position_based
    return ends_and_middle(touches, shares.first, shares.middle, shares.last)


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, what its place or facts made of its score, in words."""
    return why_ends(touches, policy.models.position_based, "models.position_based")
