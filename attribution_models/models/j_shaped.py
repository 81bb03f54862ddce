"""The last touchpoint counts most, the first and the middle less (J-shaped)."""

from attribution_models.policy import Policy
from attribution_models.shapes import ends_and_middle, why_ends
from attribution_models.types import Floats, Touches


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    shares = policy.models.j_shaped
    return (
        f"{shares.first:g} first, {shares.middle:g} over the middle, {shares.last:g} last; "
        "without a middle the ends share in proportion"
    )


def score(touches: Touches, policy: Policy) -> Floats:
    """The policy's shares in whole parts."""
    shares = policy.models.j_shaped
    return ends_and_middle(touches, shares.first, shares.middle, shares.last)


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, what its place or facts made of its score, in words."""
    return why_ends(touches, policy.models.j_shaped, "models.j_shaped")
