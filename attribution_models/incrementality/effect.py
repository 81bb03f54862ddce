"""What involvement added to the deals that had it: doubly robust, with an interval that knows of accounts.

The effect on the touched: the mean over touched deals of their outcome less what the model of untouched deals expects
of them, less the weighted mean of what that model leaves over on untouched deals. It is right if either the weights or
the model are (Robins, Rotnitzky, Zhao 1994; for the touched: Mercatanti, Li 2014; Sant'Anna, Zhao 2020).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression, Ridge  # type: ignore[import-untyped]

from attribution_models.incrementality.touching import WEAK
from attribution_models.types import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class Comparison:
    """The deals of one comparison, one entry each. ``outcome`` is 0 or 1 where ``is_rate``, else on the log scale.

    ``odds``: of being touched, for the untouched deals their weight (any scale). ``cap_share``: the share of untouched
    deals whose odds are taken as they are; rarer ones count as much as the highest of these, or a single deal would
    speak for many (Cole, Hernan 2008). ``matrix``: what was known before.
    """

    outcome: Floats
    is_rate: bool
    touched: Flags
    odds: Floats
    cap_share: float
    matrix: Floats
    account: Ints

    @property
    def most_odds(self) -> float:
        """The odds that count as they are, at most."""
        return float(np.quantile(self.odds[~self.touched], self.cap_share))

    @property
    def weights(self) -> Floats:
        """1 for touched deals; for untouched ones their odds, capped, of mean 1."""
        odds = np.minimum(self.odds, self.most_odds)
        return np.where(self.touched, 1.0, odds / odds[~self.touched].mean())


@dataclass(frozen=True, eq=False)
class Effect:
    """``difference`` of the means of touched deals and of what was to be expected of them, with its standard error.

    ``weight_spread``: mean squared weight of the untouched (1: all count alike). ``deviation``: standard deviation of
    their outcome.
    """

    difference: float
    standard_error: float
    freedom: int
    touched_mean: float
    weight_spread: float
    deviation: float
    touched_deals: int
    untouched_deals: int

    @property
    def effective_untouched(self) -> float:
        """How many untouched deals that count alike would tell as much (Kish)."""
        return self.untouched_deals / self.weight_spread

    def half_width(self, confidence: float) -> float:
        """Half the interval that chance alone asks for."""
        return float(stats.t.ppf((1 + confidence) / 2, self.freedom)) * self.standard_error


def estimate(comparison: Comparison) -> Effect:
    """The effect on the touched deals. Needs deals of both kinds (and of a rate both outcomes among the untouched)."""
    touched, weights = comparison.touched, comparison.weights
    residual = comparison.outcome - _expected(comparison, weights)
    spread = weights[~touched]
    correction = float((spread * residual[~touched]).mean())
    difference = float(residual[touched].mean()) - correction
    return Effect(
        difference=difference,
        standard_error=_standard_error(comparison, residual, difference, correction),
        freedom=_freedom(comparison),
        touched_mean=float(comparison.outcome[touched].mean()),
        weight_spread=float((spread**2).mean()),
        deviation=float(comparison.outcome[~touched].std()),
        touched_deals=int(touched.sum()),
        untouched_deals=int((~touched).sum()),
    )


def _expected(comparison: Comparison, weights: Floats) -> Floats:
    """What the weighted model of untouched deals expects of every deal."""
    untouched = ~comparison.touched
    matrix, outcome, weight = comparison.matrix[untouched], comparison.outcome[untouched], weights[untouched]
    if not comparison.is_rate:
        linear = Ridge(alpha=len(outcome) / (WEAK * 1_000)).fit(matrix, outcome, sample_weight=weight)
        expected: Floats = linear.predict(comparison.matrix)
        return expected
    if outcome.min() == outcome.max():
        return np.full(len(comparison.outcome), outcome[0])
    model = LogisticRegression(C=WEAK, solver="newton-cholesky", max_iter=200).fit(matrix, outcome, weight)
    chance: Floats = model.predict_proba(comparison.matrix)[:, 1]
    return chance


def _standard_error(comparison: Comparison, residual: Floats, difference: float, correction: float) -> float:
    """By the influence of each account, whose deals may resemble each other; widened for the parameters fitted."""
    touched, weights = comparison.touched, comparison.weights
    with_partner = (residual - correction - difference) / touched.sum()
    without = weights * (residual - correction) / (~touched).sum()
    free = max(int((~touched).sum()) - comparison.matrix.shape[1], 1)
    widened = np.sqrt((~touched).sum() / free)
    influence = np.where(touched, with_partner, -without * widened)
    by_account = np.bincount(comparison.account, weights=influence)
    return float(np.sqrt((by_account**2).sum()))


def _freedom(comparison: Comparison) -> int:
    """Accounts of the smaller side, less one."""
    accounts = [len(np.unique(comparison.account[side])) for side in (comparison.touched, ~comparison.touched)]
    return max(min(accounts) - 1, 1)
