"""The section of the policy on advice: which evidence, and how much of it, each kind of recommendation needs."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from attribution_models.policy_rules import Section, Share

Count = Annotated[int, Field(ge=1)]
Amount = Annotated[Decimal, Field(ge=0, decimal_places=2)]


class IncreaseRules(Section):
    """A partner to invest more in: a high return on a real cost, or credit that grew, on enough won deals."""

    fewest_won_deals: Count
    return_at_least: Annotated[float, Field(gt=0)]
    growth_at_least: Annotated[float, Field(gt=0)]


class OptimiseRules(Section):
    """A partner that does much and wins little: how much is much."""

    activity_quantile: Share


class ReviewRules(Section):
    """A partner, or tier, that costs more than it earns credit."""

    return_below: Annotated[float, Field(gt=0)]
    fewest_partners: Count


class CannibalisationRules(Section):
    """A partner that mostly comes to deals that sales had already begun."""

    sales_first_share: Share


class MissingDataRules(Section):
    """How much must be missing before it is worth a word: a share of revenue, deals or activities."""

    share_at_least: Share


class RecommendationRules(Section):
    """``evidence_months`` is what advice looks back on; ``cost_amount`` is in the reporting currency."""

    evidence_months: Annotated[int, Field(ge=1, le=60)]
    fewest_decided_deals: Count
    cost_amount: Amount
    increase_investment: IncreaseRules
    optimise: OptimiseRules
    review: ReviewRules
    cannibalisation: CannibalisationRules
    missing_data: MissingDataRules
