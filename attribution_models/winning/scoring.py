"""What a touchpoint adds to the logit of winning its deal: the effect of what it is, times its dose."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from attribution_models.policy import Policy
from attribution_models.types import Floats, Touches
from attribution_models.winning.design import Pair
from attribution_models.winning.doses import Kind, kinds_of, left_at_close, strengths


@dataclass(frozen=True)
class Winning:
    """What scoring needs: effects on the logit on the day of a touchpoint, and the days in which they halve."""

    half_life_days: float
    effects: Mapping[Pair, float]


def contributions(touches: Touches, policy: Policy, learned: Winning) -> Floats:
    """Per touchpoint, effect x what is left of it at the close x its strength, on the logit of winning."""
    if not touches.rows:
        return np.zeros(0)
    kinds = kinds_of(touches)
    channel = touches.categories["channel"]
    effects = np.array([[effect_of(Pair(kind, name), learned) for name in channel.values] for kind in kinds.values])
    worth = effects[kinds.codes, channel.codes]
    worth *= left_at_close(touches, kinds, learned.half_life_days)
    worth *= strengths(touches, kinds, policy)
    return worth


def effect_of(pair: Pair, learned: Winning) -> float:
    """The learned effect of the nearest that was seen."""
    return learned.effects[nearest(pair, learned.effects)]


def nearest(pair: Pair, effects: Mapping[Pair, float]) -> Pair:
    """The first of ``choices`` that has an effect."""
    return next(choice for choice in choices(pair) if choice in effects)


def choices(pair: Pair) -> tuple[Pair, ...]:
    """The pair, then what is nearest to it: its likes on its channel, its likes anywhere, and last, anything."""
    anything, likes = Kind("", ""), Kind(pair.kind.influence_type, "")
    return (
        pair,
        Pair(likes, pair.channel),
        Pair(pair.kind, ""),
        Pair(anything, pair.channel),
        Pair(likes, ""),
        Pair(anything, ""),
    )
