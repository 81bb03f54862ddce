"""What is believed of effects before any outcome is seen, and the beliefs that the outcomes choose among.

Effects share a positive size. Their proportions follow the policy's weight bands in full, by their square roots, or not
at all; each kind, and each channel, departs from that by little or much. With few deals the model is near to a
recency-weighted split by the bands; with many it is what the deals say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from attribution_models.policy import Policy
from attribution_models.types import Floats
from attribution_models.winning.design import Pair
from attribution_models.winning.doses import Kind

BASE_SPREAD = 10.0  # on the logit: the base rate is for the data to say
CONTROL_SPREAD = 1.0  # a deal type, segment or region seldom moves the odds by more than e to 1


@dataclass(frozen=True)
class Belief:
    """One way to believe. ``trust``: the power to which the weight bands are raised; ``odds`` before any outcome."""

    trust: float
    kind_spread: float
    channel_spread: float
    odds: float


@dataclass(frozen=True, eq=False)
class Prior:
    """Parameters (controls, then effects of pairs) are ``spread`` @ z, with z normal around ``centre``, variance 1."""

    spread: Floats
    centre: Floats


def beliefs(policy: Policy) -> list[Belief]:
    """Every belief that the policy allows for, each step away from its first as likely as ``departure_odds`` says."""
    rules = policy.models.ai_weighted
    steps = product(enumerate(rules.band_trusts), enumerate(rules.spreads), enumerate(rules.spreads))
    return [
        Belief(trust, kinds, channels, rules.departure_odds ** (i + j + k))
        for (i, trust), (j, kinds), (k, channels) in steps
    ]


def middle_belief(policy: Policy) -> Belief:
    """The belief under which the likelihood is looked at first: half trust, and the largest spread."""
    spread = max(policy.models.ai_weighted.spreads)
    return Belief(0.5, spread, spread, 1.0)


def prior_of(controls: int, pairs: Sequence[Pair], belief: Belief, policy: Policy) -> Prior:
    """The prior over ``controls`` parameters and the effects of ``pairs`` under one belief.

    The effect of a pair is weight x (common + what its kind departs + what its channel departs).
    """
    size = policy.models.ai_weighted.usual_effect
    weight = np.array([relative_weight(pair.kind, policy) ** belief.trust for pair in pairs])
    kinds = _members([pair.kind for pair in pairs], {pair.kind for pair in pairs if pair.kind.what})
    channels = _members([pair.channel for pair in pairs], {pair.channel for pair in pairs} - {""})
    departs = [np.ones((len(pairs), 1))]
    if belief.kind_spread:
        departs.append(belief.kind_spread * kinds)
    if belief.channel_spread:
        departs.append(belief.channel_spread * channels)
    effects = size * weight[:, None] * np.hstack(departs)
    spread = np.zeros((controls + len(pairs), controls + effects.shape[1]))
    spread[:controls, :controls] = np.diag([BASE_SPREAD] + [CONTROL_SPREAD] * (controls - 1))
    spread[controls:, controls:] = effects
    centre = np.zeros(spread.shape[1])
    centre[controls] = 1.0
    return Prior(spread, centre)


def relative_weight(kind: Kind, policy: Policy) -> float:
    """The middle of the weight band of the kind's influence type against the mean of all; 1 where it has none."""
    bands: dict[str, float] = {
        name: sum(band) / 2 for name, band in policy.influence.weight_bands.items() if name != "accelerated"
    }
    mean = sum(bands.values()) / len(bands)
    return bands.get(kind.influence_type, mean) / mean if mean > 0 else 1.0


def _members(labels: Sequence[Any], all_labels: set[Any]) -> Floats:
    """Rows x labels: 1 where the row has the label."""
    place = {label: column for column, label in enumerate(sorted(all_labels))}
    members = np.zeros((len(labels), len(place)))
    for row, label in enumerate(labels):
        if label in place:
            members[row, place[label]] = 1.0
    return members
