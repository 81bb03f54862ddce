"""How likely a deal was to be touched while it lived: the weights that keep a longer life from looking like an effect.

A deal that lives longer has more time to be touched. At each age touched deals are therefore to be compared with those
that were alive and untouched at that age, and stayed untouched (trials in sequence, the untouched reweighted for those
that were touched later). Summed over all ages, the weight of a deal that was never touched comes to the odds of having
been touched within its own life: with h_k the chance of a first touch at age k of a deal alive and untouched then,
``sum_k h_k / prod_{l >= k} (1 - h_l) = (1 - S) / S``, where ``S = prod (1 - h_l)`` over its own life.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression, PoissonRegressor  # type: ignore[import-untyped]

from attribution_models.incrementality.deals import Covariates, Deals
from attribution_models.policy_study import IncrementalityRules
from attribution_models.types import Flags, Floats

WEAK, STRONG = 1_000.0, 1.0
"""How little the fits are held back (scikit-learn's C, columns of deviation 1): of all deals; of an arm's few."""


@dataclass(frozen=True, eq=False)
class Touching:
    """``at_start``: chance of being touched at the creation. ``hazard``: deals x ages, the cumulative rate of a first
    touch over the part of each age that the deal lived. ``age_days``: the middle of each age."""

    at_start: Floats
    hazard: Floats
    age_days: Floats

    @property
    def untouched(self) -> Floats:
        """The chance of staying untouched for the whole life."""
        chance: Floats = (1.0 - self.at_start) * np.exp(-self.hazard.sum(axis=1))
        return chance


def learn_touching(known: Covariates, deals: Deals, rules: IncrementalityRules) -> Touching:
    """Who is touched at creation (logistic), and how fast the others are (piecewise constant rates, Poisson)."""
    at_start = chances(known.matrix, deals.touched_at_start, WEAK)
    edges = _ages(deals, rules.touch_ages)
    lived = _days_within(deals.life_days, edges)
    at_risk = _days_within(np.where(deals.touched_at_start, 0.0, np.minimum(deals.touch_days, deals.life_days)), edges)
    hazard = lived * _rates(known.matrix, deals.touch_days, at_risk, edges)
    return Touching(at_start, hazard, (edges[:-1] + np.minimum(edges[1:], deals.life_days.max())) / 2)


def touched_odds(touching: Touching) -> Floats:
    """Per deal, the odds of having been touched within its life."""
    return (1.0 - touching.untouched) / touching.untouched


def arm_odds(touching: Touching, known: Covariates, deals: Deals, in_arm: Flags) -> Floats:
    """Per deal, the chance of a first touch of this arm within its life, over the chance of none at all."""
    fitted = _arm_model(known, deals, in_arm)
    alive = (1.0 - touching.at_start)[:, None] * np.exp(-np.cumsum(touching.hazard, axis=1))
    alive = np.column_stack([1.0 - touching.at_start, alive])
    chance = touching.at_start * fitted(np.zeros(len(in_arm)))
    for place, age in enumerate(touching.age_days):
        chance = chance + (alive[:, place] - alive[:, place + 1]) * fitted(np.full(len(in_arm), age))
    return chance / touching.untouched


def _arm_model(known: Covariates, deals: Deals, in_arm: Flags) -> "_ArmShare":
    touched = deals.touched
    features = _with_age(known.matrix[touched], deals.touch_days[touched])
    if in_arm[touched].all():
        return _ArmShare(known.matrix, None)
    model = LogisticRegression(C=STRONG, solver="newton-cholesky").fit(features, in_arm[touched])
    return _ArmShare(known.matrix, model)


@dataclass(frozen=True, eq=False)
class _ArmShare:
    """The chance that a first touch at some age is one of the arm."""

    matrix: Floats
    model: LogisticRegression | None

    def __call__(self, age_days: Floats) -> Floats:
        if self.model is None:
            return np.ones(len(age_days))
        share: Floats = self.model.predict_proba(_with_age(self.matrix, age_days))[:, 1]
        return share


def _with_age(matrix: Floats, age_days: Floats) -> Floats:
    return np.column_stack([matrix, age_days <= 0, np.log1p(age_days)])


def chances(matrix: Floats, happened: Flags, held: float) -> Floats:
    """The chance of ``happened`` by a logistic model; the share where it happened always or never."""
    if happened.all() or not happened.any():
        return np.full(len(happened), float(happened.mean()))
    model = LogisticRegression(C=held, solver="newton-cholesky", max_iter=200).fit(matrix, happened)
    chance: Floats = model.predict_proba(matrix)[:, 1]
    return chance


def _ages(deals: Deals, count: int) -> Floats:
    """Edges of ages that hold equally many first touches; one age where there are none after the creation."""
    later = deals.touch_days[deals.touched & ~deals.touched_at_start]
    inner = np.unique(np.quantile(later, np.arange(1, count) / count)) if len(later) >= count else np.zeros(0)
    return np.concatenate([[0.0], inner[inner > 0], [np.inf]])


def _days_within(days: Floats, edges: Floats) -> Floats:
    """Deals x ages: how much of ``days`` falls into each age."""
    return np.maximum(np.minimum(days[:, None], edges[None, 1:]) - edges[None, :-1], 0.0)


def _rates(matrix: Floats, touch_days: Floats, at_risk: Floats, edges: Floats) -> Floats:
    """Deals x ages: first touches per day."""
    deal, age = np.nonzero(at_risk > 0)
    touched = np.isfinite(touch_days[deal])  # or else the last age, which has no end, would hold those never touched
    event = touched & (touch_days[deal] > edges[age]) & (touch_days[deal] <= edges[age + 1])
    ages = len(edges) - 1
    if not event.any():
        return np.zeros((len(matrix), ages))
    exposure = at_risk[deal, age]
    mean_rate = event.sum() / exposure.sum()
    scaled = exposure * mean_rate  # so that rates are about 1, whatever the unit of time
    model = PoissonRegressor(alpha=1.0 / (WEAK * event.sum()), solver="newton-cholesky", max_iter=200)
    model.fit(np.column_stack([np.eye(ages)[age], matrix[deal]]), event / scaled, sample_weight=scaled)
    log_rate = model.intercept_ + model.coef_[None, :ages] + (matrix @ model.coef_[ages:])[:, None]
    rates: Floats = np.exp(log_rate) * mean_rate
    return rates
