"""How likely the outcomes are under the logistic model of winning, near its best fit: value, slope and curvature.

A quadratic near the best fit (Laplace's approximation) answers for every prior and every resample at once, so that
neither costs another pass over the deals.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse, special  # type: ignore[import-untyped]

from attribution_models.resampling import GROUPS
from attribution_models.types import Floats, Ints
from attribution_models.winning.prior import Prior

_TOLERANCE = 1e-6  # of the slope, per deal; what is left the quadratic itself makes up for


@dataclass(frozen=True, eq=False)
class Quadratic:
    """log-likelihood(x) = value + slope x - x' curvature x / 2, for samples of deals: value (s), slope (p x s)."""

    value: Floats
    slope: Floats
    curvature: Floats


@dataclass(frozen=True, eq=False)
class Rows:
    """Deals x parameters in two halves: what was known of the deals (all filled), and doses (nearly all empty)."""

    controls: Floats
    doses: sparse.csr_array

    def logit(self, x: Floats) -> Floats:
        """The logit of each deal under the parameters ``x``."""
        known = self.controls.shape[1]
        logit: Floats = self.controls @ x[:known] + self.doses @ x[known:]
        return logit

    def sums(self, weight: Floats) -> Floats:
        """Per parameter, the sum over deals of its column times ``weight``."""
        return np.concatenate([self.controls.T @ weight, self.doses.T @ weight])

    def sums_by_group(self, weight: Floats, group: Ints) -> Floats:
        """The same for each group of deals: groups x parameters."""
        place = (weight, (group, np.arange(len(group))))
        member = sparse.coo_array(place, shape=(GROUPS, len(group))).tocsr()
        return np.hstack([member @ self.controls, (member @ self.doses).toarray()])

    def products(self, weight: Floats) -> Floats:
        """Parameters x parameters: the sum over deals of their columns' products times ``weight``."""
        weighted = self.controls * weight[:, None]
        across = self.doses.T @ weighted
        within = (self.doses.T @ self.doses.multiply(weight[:, None]).tocsr()).toarray()
        return np.block([[self.controls.T @ weighted, across.T], [across, within]])


def near_best_fit(
    rows: Rows, won: Floats, group: Ints, prior: Prior, start: Floats, *, weights: Floats | None = None
) -> tuple[Quadratic, Floats]:
    """The quadratic at the best fit under ``prior``, for the deals as they are, then for each resample of groups.

    Also where the best fit is, in the prior's own terms, as ``start`` is: a good start for a like search.
    ``weights`` (resamples x groups) says how often each group is drawn; the curvature of a resample is taken to be that
    of all deals (the score bootstrap of Kline and Santos, 2012).
    """
    best = best_fit(rows, won, prior, start)
    at = prior.spread @ best
    logit = rows.logit(at)
    chance = special.expit(logit)
    slopes = rows.sums_by_group(won - chance, group)
    values = np.bincount(group, won * logit - np.logaddexp(0.0, logit), GROUPS)
    curvature = rows.products(chance * (1 - chance))
    draws = np.ones((1, GROUPS)) if weights is None else np.vstack([np.ones(GROUPS), weights])
    slope = (draws @ slopes).T
    value = draws @ values - at @ slope - 0.5 * at @ curvature @ at
    return Quadratic(value, slope + (curvature @ at)[:, None], curvature), best


def best_fit(rows: Rows, won: Floats, prior: Prior, start: Floats) -> Floats:
    """The z whose parameters ``prior.spread`` @ z are most likely under ``prior``, looked for from ``start`` on."""

    def loss(z: Floats) -> tuple[float, Floats]:
        logit = rows.logit(prior.spread @ z)
        off = z - prior.centre
        value = np.logaddexp(0.0, logit).sum() - won @ logit + 0.5 * off @ off
        return float(value), prior.spread.T @ rows.sums(special.expit(logit) - won) + off

    def curvature(z: Floats) -> Floats:
        chance = special.expit(rows.logit(prior.spread @ z))
        outer: Floats = prior.spread.T @ rows.products(chance * (1 - chance)) @ prior.spread + np.eye(len(z))
        return outer

    options = {"gtol": _TOLERANCE * max(len(won), 1)}
    found = optimize.minimize(loss, start, jac=True, hess=curvature, method="trust-exact", options=options)
    best: Floats = found.x
    return best
