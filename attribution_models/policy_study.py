"""The sections of the policy on judging: which model to believe, and what the programme adds."""

from typing import Annotated

from pydantic import Field

from attribution_models.policy_rules import Section, Share


class ScorecardRules(Section):
    """How models are judged out of time."""

    test_share: Annotated[float, Field(gt=0, lt=1)]
    long_cycle_days: Annotated[float, Field(gt=0)]
    simple_programme_share: Share
    high_engagement_touchpoints: Annotated[float, Field(gt=0)]
    several_partner_types: Annotated[int, Field(ge=2)]


class IncrementalityRules(Section):
    """When the effect of partner involvement is estimated, and how surely."""

    arm_deals: Annotated[int, Field(ge=10)]
    confidence: Annotated[float, Field(gt=0.5, lt=1)]
