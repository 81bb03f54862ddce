"""The sections of the policy on judging: which model to believe, and what the programme adds."""

from typing import Annotated

from pydantic import Field

from attribution_models.policy_rules import Section, Share


class ScorecardRules(Section):
    """How models are judged out of time, on how much data at least and at most, and which programme calls for which."""

    test_share: Annotated[float, Field(gt=0, lt=1)]
    most_deals: Annotated[int, Field(ge=1000)]
    sensitivity_deals: Annotated[int, Field(ge=1)]
    partner_deals: Annotated[int, Field(ge=1)]
    prior_deals: Annotated[float, Field(gt=0)]
    fewest_partners: Annotated[int, Field(ge=3)]
    few_partners: Annotated[int, Field(ge=3)]
    fewest_deals: Annotated[int, Field(ge=2)]
    few_deals: Annotated[int, Field(ge=2)]
    few_quarters: Annotated[int, Field(ge=2)]
    long_cycle_days: Annotated[float, Field(gt=0)]
    simple_programme_share: Share
    high_engagement_touchpoints: Annotated[float, Field(gt=0)]
    several_partner_types: Annotated[int, Field(ge=2)]


class UnseenStrength(Section):
    """How strong an unseen reason the interval of each outcome allows for: times the strongest that was recorded."""

    win_rate: Annotated[float, Field(ge=0)]
    deal_size: Annotated[float, Field(ge=0)]
    cycle: Annotated[float, Field(ge=0)]


class IncrementalityRules(Section):
    """When the effect of partner involvement is estimated, on what, and how surely."""

    arm_deals: Annotated[int, Field(ge=10)]
    arm_outcomes: Annotated[int, Field(ge=2)]
    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    unseen_strength: UnseenStrength
    cap_share: Annotated[float, Field(gt=0.5, le=1)]
    touch_ages: Annotated[int, Field(ge=1, le=50)]
    size_bands: Annotated[int, Field(ge=2, le=20)]
    mature_share: Annotated[float, Field(gt=0, le=1)]
    most_deals: Annotated[int, Field(ge=1000)]
