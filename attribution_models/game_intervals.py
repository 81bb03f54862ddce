"""How sure the mean Shapley values of channels are: win rates of resampled groups of deals, the same sets of deals.

Every number that the game rests on is drawn again: wins and deals of each set, and the log-odds of the parts (one
Newton step from the fitted ones, which is all that a resample moves them). Where deals have too many different sets to
go through in each resample, a fixed random part of the deals stands for all.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, special  # type: ignore[import-untyped]

from attribution_models.channel_sets import Keys
from attribution_models.coalitions import Coalitions, Sets
from attribution_models.policy_models import LearnedRules
from attribution_models.resampling import GROUPS, groups_of, resampled_weights
from attribution_models.shapley_values import subset_sums, subset_weights
from attribution_models.types import Flags, Floats, Ints
from attribution_models.win_rate_game import Game, holdings, part_of

_MOST_SUBSETS = 1 << 15  # of the sets whose values are computed again in each resample
_ROWS_AT_ONCE = 1 << 12


@dataclass(frozen=True, eq=False)
class _Means:
    """Mean values of channels as sums over subsets (of one set after the other, so that a subset can come again).

    ``keys`` per subset, ``weights`` (channels x subsets) and ``holds`` (subsets x channels).
    """

    keys: Keys
    weights: sparse.csr_array
    holds: sparse.csr_array


def resampled_effects(game: Game, deals: Coalitions, exact_channels: int, rules: LearnedRules) -> Floats:
    """How far from their values each resample (a row) moves the channels' mean values over the deals that have them."""
    if not len(game.channels):
        return np.zeros((rules.bootstrap_samples, 0))
    counts = _part_that_is_drawn(deals, exact_channels, rules)
    chosen = np.flatnonzero(counts)
    means = _means(game, deals.sets.take(chosen), counts[chosen])
    drawn = _resampled_means(game, deals, means, rules)
    moved: Floats = drawn[1:] - drawn[0]
    return moved


def _part_that_is_drawn(deals: Coalitions, exact_channels: int, rules: LearnedRules) -> Ints:
    """How many deals of each set are in the part: the first by key, till their sets have enough subsets."""
    sizes, key = deals.sets.sizes, deals.deal_key
    known = np.flatnonzero(part_of(deals, rules, np.ones_like(deals.is_won)))
    place = deals.place[known[np.argsort(key[known], kind="stable")]]
    place = place[(sizes[place] > 0) & (sizes[place] <= exact_channels)]
    _, first = np.unique(place, return_index=True)
    is_new = np.zeros(len(place), dtype=np.bool_)
    is_new[first] = True
    work = np.cumsum(np.where(is_new, np.exp2(sizes[place]), 0.0))
    return np.bincount(place[(work <= _MOST_SUBSETS) | (work == work[:1])], minlength=len(sizes))


def _means(game: Game, sets: Sets, counts: Ints) -> _Means:
    """The mean value of each channel over ``counts`` deals of each set, as a sum over subsets."""
    channels = len(game.channels)
    per_channel = np.bincount(sets.codes, weights=counts[sets.owner], minlength=channels)
    share = counts[sets.owner] / per_channel[sets.codes]
    parts = [_subsets_of_size(game, sets, share, size) for size in np.unique(sets.sizes).tolist()]
    weights = sparse.csr_array(sparse.hstack([weight for _, weight, _ in parts]))
    holds = sparse.csr_array(sparse.vstack([inside for _, _, inside in parts]))
    return _Means(np.concatenate([keys for keys, _, _ in parts]), weights, holds)


def _subsets_of_size(
    game: Game, sets: Sets, share: Floats, size: int
) -> tuple[Keys, sparse.coo_array, sparse.coo_array]:
    """Keys, weights and members of the subsets of the sets that have ``size`` channels.

    ``share``: per channel of each set, the set's part of the channel's deals.
    """
    row = sets.starts[sets.sizes == size][:, None] + np.arange(size)
    codes = sets.codes[row]
    shape = (len(row), 1 << size, size)
    subsets, channels = len(row) << size, len(game.channels)
    channel = np.broadcast_to(codes[:, None, :], shape).ravel()
    subset = np.repeat(np.arange(subsets), size)
    weight = (share[row][:, None, :] * subset_weights(size)).ravel()
    inside = np.broadcast_to(np.arange(1 << size)[:, None] >> np.arange(size) & 1, shape).ravel()
    return (
        subset_sums(game.keys[codes]).ravel(),
        sparse.coo_array((weight, (channel, subset)), shape=(channels, subsets)),
        sparse.coo_array((inside.astype(np.float64), (subset, channel)), shape=(subsets, channels)),
    )


def _resampled_means(game: Game, deals: Coalitions, means: _Means, rules: LearnedRules) -> Floats:
    """Mean values (channels as columns) with all groups once, then for each resample."""
    weights = np.vstack([np.ones(GROUPS), resampled_weights(rules)])
    base, *log_odds = _resampled_parts(game, deals, rules, weights).T
    decided, won = (_by_group(deals, means, chosen) for chosen in (np.ones_like(deals.is_won), deals.is_won))
    total = np.zeros((len(game.channels), len(weights)))
    for first in range(0, len(means.keys), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        expected = special.expit(base + means.holds[rows] @ np.array(log_odds))
        drawn, wins = decided[rows] @ weights.T, won[rows] @ weights.T
        total += means.weights[:, rows] @ ((wins + game.rare_deals * expected) / (drawn + game.rare_deals))
    return total.T


def _by_group(deals: Coalitions, means: _Means, chosen: Flags) -> sparse.csr_array:
    """How many of the ``chosen`` deals in each group (columns) have exactly each subset (rows) as their set."""
    ones = (np.ones(int(chosen.sum())), (deals.place[chosen], groups_of(deals.deal_key[chosen])))
    counts = sparse.csr_array(sparse.coo_array(ones, shape=(len(deals.keys), GROUPS)))
    place = pd.Index(deals.keys).get_indexer(pd.Index(means.keys))
    picked = np.flatnonzero(place >= 0)
    pick = sparse.coo_array((np.ones(len(picked)), (picked, place[picked])), shape=(len(place), len(deals.keys)))
    return sparse.csr_array(pick) @ counts


def _resampled_parts(game: Game, deals: Coalitions, rules: LearnedRules, weights: Floats) -> Floats:
    """Log-odds of no channel and of each channel (columns), a row for each row of group ``weights``."""
    parts, sets = game.parts, deals.sets
    known = np.flatnonzero(part_of(deals, rules, np.ones_like(deals.is_won)))
    expected = special.expit(parts.log_odds[0] + sets.sums(parts.log_odds[1:][sets.codes]))
    place, group = deals.place[known], groups_of(deals.deal_key[known])
    missed = sparse.coo_array((deals.is_won[known] - expected[place], (group, place)), shape=(GROUPS, len(sets.sizes)))
    by_channel = (sparse.csr_array(missed) @ holdings(sets, len(game.channels))).toarray()
    pull = np.column_stack([missed.sum(axis=1), by_channel])
    moved: Floats = parts.log_odds + np.linalg.solve(parts.curvature, ((weights - 1) @ pull).T).T
    return moved
