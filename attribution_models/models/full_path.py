"""The first touchpoint, those at the deal's creation and its last stage change, and the last count most (full path)."""

from attribution_models.policy import Policy
from attribution_models.shapes import Anchor, milestones, why_milestones
from attribution_models.types import Floats, Touches


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    shares = policy.models.full_path
    return (
        f"{shares.first:g} first, {shares.creation:g} the last at or before the deal's creation, "
        f"{shares.stage_change:g} the last at or before its last stage change, {shares.last:g} last, "
        f"{shares.rest:g} over the rest; added up where they fall together, without what is missing, normalised"
    )


def score(touches: Touches, policy: Policy) -> Floats:
    """The policy's shares in whole parts. An unknown stage change lies before everything: its share is dropped."""
    return milestones(touches, _anchors(touches, policy), policy.models.full_path.rest)


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, the milestones that fell on it, in words."""
    return why_milestones(touches, _anchors(touches, policy), policy.models.full_path.rest, "models.full_path")


def _anchors(touches: Touches, policy: Policy) -> list[Anchor]:
    shares = policy.models.full_path
    at_creation = touches.last_row_where(touches.occurred_at <= touches.spread(touches.created_at))
    at_change = touches.last_row_where(touches.occurred_at <= touches.spread(touches.last_stage_change_at))
    return [
        Anchor("first", touches.first_row, shares.first),
        Anchor("creation", at_creation, shares.creation),
        Anchor("stage_change", at_change, shares.stage_change),
        Anchor("last", touches.last_row, shares.last),
    ]
