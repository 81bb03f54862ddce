"""How alike the compared deals are: overlap, and standardised mean differences before and after weighting."""

from dataclasses import dataclass

import numpy as np

from attribution_models.incrementality.deals import Covariates
from attribution_models.incrementality.effect import Comparison
from attribution_models.types import Floats


@dataclass(frozen=True)
class Balance:
    """One covariate: its standardised mean difference, touched less untouched, as they are and as weighted."""

    group: str
    covariate: str
    before: float
    after: float


def balances(comparison: Comparison, known: Covariates) -> list[Balance]:
    """One entry per covariate. The unit is the root of the mean of both sides' unweighted variances (Austin 2009)."""
    touched, untouched = comparison.matrix[comparison.touched], comparison.matrix[~comparison.touched]
    weights = comparison.weights[~comparison.touched]
    unit = np.sqrt((touched.var(axis=0) + untouched.var(axis=0)) / 2)
    before = _in_units(touched.mean(axis=0) - untouched.mean(axis=0), unit)
    after = _in_units(touched.mean(axis=0) - np.average(untouched, axis=0, weights=weights), unit)
    return [
        Balance(group, name, float(one), float(other))
        for group, name, one, other in zip(known.groups, known.names, before, after, strict=True)
    ]


def overlap_share(comparison: Comparison) -> float:
    """Share of touched deals whose odds lie below the cap: there are untouched deals as likely to be touched."""
    return float((comparison.odds[comparison.touched] <= comparison.most_odds).mean())


def _in_units(difference: Floats, unit: Floats) -> Floats:
    return np.divide(difference, unit, out=np.zeros_like(difference), where=unit > 0)
