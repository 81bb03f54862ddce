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


@dataclass(frozen=True, eq=False)
class Quadratic:
    """log-likelihood(x) = value + slope x - x' curvature x / 2, for samples of deals: value (s), slope (p x s)."""

    value: Floats
    slope: Floats
    curvature: Floats


def near_best_fit(
    rows: sparse.csr_array, won: Floats, group: Ints, prior: Prior, weights: Floats | None = None
) -> Quadratic:
    """The quadratic at the best fit under ``prior``: for the deals as they are, then for each resample of groups.

    ``rows`` is deals x parameters. ``weights`` (resamples x groups) says how often each group is drawn; the curvature
    of a resample is taken to be that of all deals (the score bootstrap of Kline and Santos, 2012).
    """
    at = best_fit(rows, won, prior)
    logit = rows @ at
    chance = special.expit(logit)
    slopes = _by_group(rows.multiply((won - chance)[:, None]).tocsr(), group)
    values = np.bincount(group, won * logit - np.logaddexp(0.0, logit), GROUPS)
    curvature = _curvature(rows, chance)
    draws = np.ones((1, GROUPS)) if weights is None else np.vstack([np.ones(GROUPS), weights])
    slope = (draws @ slopes).T
    value = draws @ values - at @ slope - 0.5 * at @ curvature @ at
    return Quadratic(value, slope + (curvature @ at)[:, None], curvature)


def best_fit(rows: sparse.csr_array, won: Floats, prior: Prior) -> Floats:
    """The most likely parameters under ``prior``."""

    def loss(z: Floats) -> tuple[float, Floats]:
        x = prior.spread @ z
        logit = rows @ x
        off = z - prior.centre
        value = np.logaddexp(0.0, logit).sum() - won @ logit + 0.5 * off @ off
        return float(value), prior.spread.T @ (rows.T @ (special.expit(logit) - won)) + off

    def curvature(z: Floats) -> Floats:
        inner = _curvature(rows, special.expit(rows @ (prior.spread @ z)))
        outer: Floats = prior.spread.T @ inner @ prior.spread + np.eye(len(z))
        return outer

    found = optimize.minimize(loss, prior.centre, jac=True, hess=curvature, method="trust-exact")
    best: Floats = prior.spread @ found.x
    return best


def _curvature(rows: sparse.csr_array, chance: Floats) -> Floats:
    weighted = rows.multiply((chance * (1 - chance))[:, None]).tocsr()
    curvature: Floats = (rows.T @ weighted).toarray()
    return curvature


def _by_group(rows: sparse.csr_array, group: Ints) -> Floats:
    """Sums of ``rows`` by group of deals."""
    member = sparse.coo_array((np.ones(len(group)), (group, np.arange(len(group)))), shape=(GROUPS, len(group)))
    sums: Floats = (member.tocsr() @ rows).toarray()
    return sums


def rows_of(controls: Floats, doses: sparse.csr_array) -> sparse.csr_array:
    """Deals x parameters: what was known of the deals, then the doses."""
    return sparse.hstack([sparse.csr_array(controls), doses]).tocsr()
