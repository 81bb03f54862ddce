"""The effects that the outcomes speak for: averaged over half-lives and beliefs, each by how well it foretold them.

Bayesian model averaging: a half-life and a belief weigh as much as the outcomes are likely under them, times what was
thought of them before. Nothing is picked, so one more deal never turns the model over.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse  # type: ignore[import-untyped]

from attribution_models.policy import Policy
from attribution_models.types import Floats
from attribution_models.winning.design import Design, Pair
from attribution_models.winning.likelihood import Quadratic, Rows, near_best_fit
from attribution_models.winning.prior import Prior, beliefs, middle_belief, prior_of


@dataclass(frozen=True, eq=False)
class Estimate:
    """Averages, of all deals first, then of each resample (columns): parameters (p x s) and half-life in days (s)."""

    parameters: Floats
    half_life_days: Floats


def estimated(design: Design, policy: Policy, weights: Floats | None = None) -> Estimate:
    """What the deals of ``design`` say, and what resamples of their groups (``weights``) would have said."""
    controls = len(design.control_names)
    first = prior_of(controls, design.pairs, middle_belief(policy), policy)
    priors = [(prior_of(controls, design.pairs, belief, policy), belief.odds) for belief in beliefs(policy)]
    average, start = _Average(), first.centre
    for half_life, doses in zip(policy.models.ai_weighted.half_life_days, design.doses, strict=True):
        rows = Rows(design.controls, doses)
        seen, start = near_best_fit(rows, design.won, design.group, first, start, weights=weights)
        before = half_life_odds(half_life, design.median_open_days, policy)
        for prior, odds in priors:
            parameters, likely = updated(seen, prior)
            age = np.full((1, parameters.shape[1]), np.log(half_life))
            average.add(np.vstack([age, parameters]), likely + before + np.log(odds))
    return Estimate(average.mean[1:], np.exp(average.mean[0]))


class _Average:
    """A running mean of columns with log weights, in the memory of one."""

    def __init__(self) -> None:
        self.mean = np.zeros((1, 1))
        self._log_mass = np.array([-np.inf])

    def add(self, columns: Floats, log_weight: Floats) -> None:
        log_mass = np.logaddexp(self._log_mass, log_weight)
        self.mean = self.mean + np.exp(log_weight - log_mass) * (columns - self.mean)
        self._log_mass = log_mass


def half_life_odds(half_life_days: float, median_open_days: float, policy: Policy) -> float:
    """Log odds of a half-life before any outcome: about as long as deals are usually open, within a factor."""
    if median_open_days <= 0:
        return 0.0
    steps = np.log(half_life_days / median_open_days) / np.log(policy.models.ai_weighted.half_life_spread)
    return float(-0.5 * steps**2)


def updated(seen: Quadratic, prior: Prior) -> tuple[Floats, Floats]:
    """Parameters after the outcomes (p x s), and the log of how likely ``prior`` made these outcomes (s)."""
    curvature = prior.spread.T @ seen.curvature @ prior.spread + np.eye(len(prior.centre))
    pull = prior.spread.T @ seen.slope + prior.centre[:, None]
    factor = linalg.cho_factor(curvature)
    z = linalg.cho_solve(factor, pull)
    half_log_determinant = np.log(np.diag(factor[0])).sum()
    likely = seen.value + 0.5 * (pull * z).sum(axis=0) - 0.5 * prior.centre @ prior.centre - half_log_determinant
    return prior.spread @ z, likely


def effects_of(pairs: Sequence[Pair], parameters: Floats) -> Floats:
    """The part of ``parameters`` (p, or p x s) that belongs to pairs."""
    return parameters[len(parameters) - len(pairs) :]


def doses_at(design: Design, half_life_days: float, policy: Policy) -> sparse.csr_array:
    """Deals x pairs: doses under any half-life, between those of the policy in proportion to its log."""
    low, part = between(half_life_days, policy)
    return design.doses[low] * (1 - part) + design.doses[min(low + 1, len(design.doses) - 1)] * part


def between(half_life_days: float, policy: Policy) -> tuple[int, float]:
    """The place of a half-life among the policy's: the one before it, and how far it is to the next (0 to 1)."""
    logs = np.log(policy.models.ai_weighted.half_life_days)
    place = float(np.interp(np.log(half_life_days), logs, np.arange(len(logs))))
    low = min(int(place), len(logs) - 1)
    return low, place - low
