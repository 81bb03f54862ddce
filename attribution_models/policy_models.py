"""The section of the policy that says which attribution models run, and the parameters of those that have any."""

from typing import Annotated, Literal, TypeVar

from pydantic import Field, model_validator

from attribution_models.policy_custom import CustomRules
from attribution_models.policy_rules import Section, Share

Ends = TypeVar("Ends", "PositionShares", "MilestoneShares", "FullPathShares")


def _with_ends(shares: Ends) -> Ends:
    """A deal of one or two touchpoints has only ends: with both at 0, nobody would get its money."""
    if shares.first + shares.last <= 0:
        raise ValueError("first and last can't both be 0: a deal of one or two touchpoints has nothing else")
    return shares


class HalfLife(Section):
    half_life_days: Annotated[float, Field(gt=0)]


class PositionShares(Section):
    """How much of a deal the ends and the middle get, in proportion. The ends always exist, so one must count."""

    first: Share
    middle: Share
    last: Share

    @model_validator(mode="after")
    def _ends_count(self) -> "PositionShares":
        return _with_ends(self)


class MilestoneShares(Section):
    """How much of a deal each milestone and the rest get, in proportion; ``creation`` is the deal's creation."""

    first: Share
    creation: Share
    last: Share
    rest: Share

    @model_validator(mode="after")
    def _ends_count(self) -> "MilestoneShares":
        return _with_ends(self)


class FullPathShares(Section):
    """How much of a deal each milestone and the rest get; ``stage_change`` is the last one before the close."""

    first: Share
    creation: Share
    stage_change: Share
    last: Share
    rest: Share

    @model_validator(mode="after")
    def _ends_count(self) -> "FullPathShares":
        return _with_ends(self)


class LearnedRules(Section):
    """What the learned models share: their channels, how much data they ask for, how they are judged."""

    channel: Literal["partner_type_and_influence_type", "influence_type", "partner"]
    partner_decided_deals: Annotated[int, Field(ge=1)]
    decided_deals: Annotated[int, Field(ge=2)]
    outcomes: Annotated[int, Field(ge=1)]
    test_share: Annotated[float, Field(gt=0, lt=1)]
    bootstrap_samples: Annotated[int, Field(ge=20)]
    most_deals: Annotated[int, Field(ge=1000)]
    seed: int


class MarkovRules(Section):
    order: Annotated[int, Field(ge=1, le=3)]


class ShapleyRules(Section):
    """``rare_deals``: a set of channels seen on this many deals is believed half; its parts make up the rest.

    A set of up to ``exact_channels`` is gone through subset by subset, a larger one by ``permutation_pairs`` of orders.
    """

    rare_deals: Annotated[float, Field(gt=0)]
    exact_channels: Annotated[int, Field(ge=1, le=16)]
    permutation_pairs: Annotated[int, Field(ge=1)]
    published_sets: Annotated[int, Field(ge=0)]


class AiWeightedRules(Section):
    """What ``ai_weighted`` believes before it sees an outcome; the outcomes choose among these beliefs.

    Effects are on the logit of winning. ``band_trusts``: powers to which the weight bands may be raised; ``spreads``:
    by how much of the usual effect a kind, or a channel, may depart. Of both, each entry is believed ``departure_odds``
    as much as the one before it.
    """

    half_life_days: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=1)]
    half_life_spread: Annotated[float, Field(gt=1)]
    usual_effect: Annotated[float, Field(gt=0)]
    band_trusts: Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=1)]
    spreads: Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=1)]
    departure_odds: Annotated[float, Field(gt=0, le=1)]
    most_deals: Annotated[int, Field(ge=1000)]

    @model_validator(mode="after")
    def _half_lives_ascend(self) -> "AiWeightedRules":
        if list(self.half_life_days) != sorted(set(self.half_life_days)):
            raise ValueError("half_life_days must ascend, each once")
        return self


class ModelRules(Section):
    """SPEC 5: which models run, and the parameters of those that have any."""

    enabled: Annotated[tuple[str, ...], Field(min_length=1)]
    time_decay_half_life: HalfLife
    position_based: PositionShares
    w_shaped: MilestoneShares
    j_shaped: PositionShares
    inverse_j: PositionShares
    full_path: FullPathShares
    custom: CustomRules
    learned: LearnedRules
    markov: MarkovRules
    shapley: ShapleyRules
    ai_weighted: AiWeightedRules
