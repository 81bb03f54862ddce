"""Learns the model of winning from packed evidence: effects, half-life, intervals, and how well it foretells."""

import pyarrow as pa

from attribution_models.learned import Learned
from attribution_models.policy import Policy
from attribution_models.resampling import resampled_weights
from attribution_models.winning.averaging import effects_of, estimated
from attribution_models.winning.design import design_of
from attribution_models.winning.published import tables
from attribution_models.winning.scoring import Winning


def learn(deals: pa.Table, policy: Policy) -> Learned:
    """What the deals of ``sampled`` evidence teach."""
    design = design_of(deals, policy)
    estimate = estimated(design, policy, resampled_weights(policy.models.learned))
    effects = effects_of(design.pairs, estimate.parameters[:, 0]).tolist()
    winning = Winning(float(estimate.half_life_days[0]), dict(zip(design.pairs, effects, strict=True)))
    return Learned(winning, tables(design, estimate, policy))
