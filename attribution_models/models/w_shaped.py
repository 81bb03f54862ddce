"""The first touchpoint, the last one at or before the deal's creation, and the last of all count most (W-shaped)."""

from attribution_models.policy import Policy
from attribution_models.shapes import milestones
from attribution_models.types import Floats, Touches


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    shares = policy.models.w_shaped
    return (
        f"{shares.first:g} first, {shares.creation:g} the last at or before the deal's creation, {shares.last:g} last, "
        f"{shares.rest:g} over the rest; added up where they fall together, without what is missing, normalised"
    )


def score(touches: Touches, policy: Policy) -> Floats:
    """The policy's shares in whole parts."""
    shares = policy.models.w_shaped
    at_creation = touches.last_row_where(touches.occurred_at <= touches.spread(touches.created_at))
    anchors = [(touches.first_row, shares.first), (at_creation, shares.creation), (touches.last_row, shares.last)]
    return milestones(touches, anchors, shares.rest)
