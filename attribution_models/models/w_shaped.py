"""The first touchpoint, the last one at or before the deal's creation, and the last of all count most (W-shaped)."""

from attribution_models.policy import Policy
from attribution_models.shapes import Anchor, milestones, why_milestones
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
    return milestones(touches, _anchors(touches, policy), policy.models.w_shaped.rest)


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, the milestones that fell on it, in words."""
    return why_milestones(touches, _anchors(touches, policy), policy.models.w_shaped.rest, "models.w_shaped")


def _anchors(touches: Touches, policy: Policy) -> list[Anchor]:
    shares = policy.models.w_shaped
    at_creation = touches.last_row_where(touches.occurred_at <= touches.spread(touches.created_at))
    return [
        Anchor("first", touches.first_row, shares.first),
        Anchor("creation", at_creation, shares.creation),
        Anchor("last", touches.last_row, shares.last),
    ]
