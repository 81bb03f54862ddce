"""Does credit given up to the cut tell which partners' deals win after it?

A partner's *credited wins per deal* are the shares of won deals that a model gave it, divided by the decided deals that
it touched: a win rate that counts a shared win in part. Amounts play no part in it, as they play none in a win rate.
"""

import numpy as np
from scipy.stats import rankdata  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from attribution_models.policy import Policy
from attribution_models.scorecard.measure import Measure, bootstrap, mean_measure
from attribution_models.scorecard.study import Study
from attribution_models.types import Flags, Floats, Ints


def rank_correlation(data: Study, wins: Floats, policy: Policy) -> Measure:
    """Spearman's correlation over partners, of credited wins per deal up to the cut with the win rate after it.

    ``wins``: per pair, the share of the deal that the model gave. Partners with fewer than ``partner_deals`` decided
    deals on either side are left out.
    """
    rules = policy.scorecard
    past = data.is_past[data.pair_deal]
    before, after = (_counts(data, mask) for mask in (past, ~past))
    credited = np.bincount(data.pair_partner[past], weights=wins[past], minlength=data.partners)
    won = _counts(data, ~past & data.is_won[data.pair_deal])
    ranked = (before >= rules.partner_deals) & (after >= rules.partner_deals)
    count = int(ranked.sum())
    deals = len(np.unique(data.pair_deal[ranked[data.pair_partner]]))
    if count < rules.fewest_partners:
        note = f"{count} partners with {rules.partner_deals} decided deals on both sides of the cut are too few"
        return Measure(partner_count=count, deal_count=deals, note=note)
    # To twelve decimals, so that partners who tie do so in whatever order their credit was added up.
    exact: Floats = np.column_stack([credited[ranked] / before[ranked], won[ranked] / after[ranked]])
    rows = exact.round(12)
    value = float(spearman(rows[np.newaxis])[0])
    if not np.isfinite(value):
        return Measure(partner_count=count, deal_count=deals, note="all partners have the same credit, or win rate")
    is_small = count < rules.few_partners
    measured = Measure(value=value, partner_count=count, deal_count=deals, is_small_sample=is_small)
    return measured.with_interval(bootstrap(rows, spearman, policy))


def spearman(resamples: Floats) -> Floats:
    """Rank correlation of the two columns of each resample; not a number where one of them is constant."""
    ranks = rankdata(resamples, axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    product = (ranks[:, :, 0] * ranks[:, :, 1]).sum(axis=1)
    scale = np.sqrt((ranks[:, :, 0] ** 2).sum(axis=1) * (ranks[:, :, 1] ** 2).sum(axis=1))
    value: Floats = np.divide(product, scale, out=np.full(len(product), np.nan), where=scale > 0)
    return value


def log_loss_gain(data: Study, wins: Floats, policy: Policy) -> Measure:
    """Log-loss a deal after the cut: of the base rate, less of a prediction from the credit of the deal's partners.

    A deal's predictor is the mean of its partners' credited wins per deal in the quarters before its own (after the
    cut: up to the cut), each drawn to the mean by ``prior_deals``. A logistic curve is fitted to deals up to the cut.
    """
    predictor = deal_predictor(data, wins, policy)
    train, test = data.is_past & np.isfinite(predictor), ~data.is_past & np.isfinite(predictor)
    count = int(test.sum())
    if count < policy.scorecard.fewest_deals or len(np.unique(data.is_won[train])) < 2:
        return Measure(deal_count=count, note=_too_few(count, int(train.sum()), policy))
    base = np.full(count, data.is_won[train].mean())
    predicted = _predicted(predictor[train], data.is_won[train], predictor[test])
    gain = log_losses(base, data.is_won[test]) - log_losses(predicted, data.is_won[test])
    measured = mean_measure(gain, policy)
    is_small = count < policy.scorecard.few_deals
    partners = len(np.unique(data.pair_partner[test[data.pair_deal]]))
    return Measure(measured.value, measured.value_low, measured.value_high, partners, count, is_small_sample=is_small)


def deal_predictor(data: Study, wins: Floats, policy: Policy) -> Floats:
    """Per deal, what its partners' credit was before it; not a number where nobody had any history."""
    past = data.is_past[data.pair_deal]
    known, place = np.unique(data.quarter, return_inverse=True)
    # The last column is all that was known at the cut; column q is what was known before quarter q began.
    column = np.where(past, place[data.pair_deal], len(known))
    shape = (data.partners, len(known) + 1)
    credit, deals = np.zeros(shape), np.zeros(shape)
    np.add.at(credit, (data.pair_partner[past], column[past] + 1), wins[past])
    np.add.at(deals, (data.pair_partner[past], column[past] + 1), 1.0)
    credit, deals = credit.cumsum(axis=1), deals.cumsum(axis=1)
    total = deals.sum(axis=0)
    mean = np.divide(credit.sum(axis=0), total, out=np.full(len(total), np.nan), where=total > 0)
    prior = policy.scorecard.prior_deals
    score = (credit + prior * mean) / (deals + prior)
    sums = np.bincount(data.pair_deal, weights=score[data.pair_partner, column], minlength=data.deals)
    return sums / np.bincount(data.pair_deal, minlength=data.deals)


def log_losses(predicted: Floats, is_won: Flags) -> Floats:
    """Minus the logarithm of the probability given to what happened, per deal."""
    return -np.log(np.where(is_won, predicted, 1 - predicted))


def _predicted(past: Floats, is_won: Flags, later: Floats) -> Floats:
    spread = past.std()
    scale = spread if spread > 0 else 1.0
    curve = LogisticRegression().fit(((past - past.mean()) / scale)[:, np.newaxis], is_won)
    predicted: Floats = curve.predict_proba(((later - past.mean()) / scale)[:, np.newaxis])[:, 1]
    return predicted


def _counts(data: Study, mask: Flags) -> Ints:
    return np.bincount(data.pair_partner[mask], minlength=data.partners)


def _too_few(later: int, earlier: int, policy: Policy) -> str:
    if later < policy.scorecard.fewest_deals:
        return f"{later} decided deals with a partner after the cut are too few"
    return f"{earlier} decided deals with a partner up to the cut do not hold both wins and losses"
