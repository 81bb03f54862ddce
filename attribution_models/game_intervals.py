"""How sure the mean Shapley values of channels are: win rates of resampled groups of deals, the same sets of deals.

Every number that the game rests on is drawn again: wins and deals of each set, and the log-odds of the parts (one
Newton step from the fitted ones, which is all that a resample moves them). Where deals have too many different sets to
go through in each resample, a fixed random part of the deals stands for all.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, special  # type: ignore[import-untyped]

from attribution_models.coalitions import Keys, Sets
from attribution_models.policy_models import LearnedRules
from attribution_models.resampling import GROUPS, groups_of, interval, resampled_weights
from attribution_models.shapley_values import subset_sums, subset_weights
from attribution_models.types import Flags, Floats, Ints
from attribution_models.win_rate_game import Game, SeenSets, part_of

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


def effect_intervals(
    game: Game, seen: SeenSets, effects: Floats, exact_channels: int, rules: LearnedRules
) -> tuple[Floats, Floats]:
    """The ends of the 95 % intervals around ``effects``, the channels' mean values over the deals that have them."""
    if not len(effects):
        return effects, effects
    counts = _part_that_is_drawn(seen, exact_channels, rules)
    chosen = np.flatnonzero(counts)
    means = _means(game, seen.sets.take(chosen), counts[chosen])
    drawn = _resampled_means(game, seen, means, rules)
    return interval(effects, effects + drawn[1:] - drawn[0])


def _part_that_is_drawn(seen: SeenSets, exact_channels: int, rules: LearnedRules) -> Ints:
    """How many deals of each set are in the part: the first by key, till their sets have enough subsets."""
    sizes, key = seen.sets.sizes, seen.deals.deal_key
    known = np.flatnonzero(part_of(seen.deals, rules, np.ones_like(seen.deals.is_won)))
    place = seen.place[known[np.argsort(key[known], kind="stable")]]
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


def _resampled_means(game: Game, seen: SeenSets, means: _Means, rules: LearnedRules) -> Floats:
    """Mean values (channels as columns) with all groups once, then for each resample."""
    weights = np.vstack([np.ones(GROUPS), resampled_weights(rules)])
    base, *log_odds = _resampled_parts(game, seen, rules, weights).T
    is_won = seen.deals.is_won
    decided, won = (_by_group(seen, means, chosen) for chosen in (np.ones_like(is_won), is_won))
    total = np.zeros((len(game.channels), len(weights)))
    for first in range(0, len(means.keys), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        expected = special.expit(base + means.holds[rows] @ np.array(log_odds))
        drawn, wins = decided[rows] @ weights.T, won[rows] @ weights.T
        total += means.weights[:, rows] @ ((wins + game.rare_deals * expected) / (drawn + game.rare_deals))
    return total.T


def _by_group(seen: SeenSets, means: _Means, chosen: Flags) -> sparse.csr_array:
    """How many of the ``chosen`` deals in each group (columns) have exactly each subset (rows) as their set."""
    ones = (np.ones(int(chosen.sum())), (seen.place[chosen], groups_of(seen.deals.deal_key[chosen])))
    counts = sparse.csr_array(sparse.coo_array(ones, shape=(len(seen.keys), GROUPS)))
    place = pd.Index(seen.keys).get_indexer(pd.Index(means.keys))
    picked = np.flatnonzero(place >= 0)
    pick = sparse.coo_array((np.ones(len(picked)), (picked, place[picked])), shape=(len(place), len(seen.keys)))
    return sparse.csr_array(pick) @ counts


def _resampled_parts(game: Game, seen: SeenSets, rules: LearnedRules, weights: Floats) -> Floats:
    """Log-odds of no channel and of each channel (columns), a row for each row of group ``weights``."""
    deals, parts = seen.deals, game.parts
    known = np.flatnonzero(part_of(deals, rules, np.ones_like(deals.is_won)))
    expected = special.expit(parts.log_odds[0] + seen.sets.sums(parts.log_odds[1:][seen.sets.codes]))
    missed = deals.is_won[known] - expected[seen.place[known]]
    group, sets = groups_of(deals.deal_key[known]), deals.sets.take(known)
    owner = sets.owner
    cell = group[owner] * len(game.channels) + sets.codes
    by_channel = np.bincount(cell, weights=missed[owner], minlength=GROUPS * len(game.channels))
    by_base = np.bincount(group, weights=missed, minlength=GROUPS)
    pull = np.column_stack([by_base, by_channel.reshape(GROUPS, -1)])
    moved: Floats = parts.log_odds + np.linalg.solve(parts.curvature, ((weights - 1) @ pull).T).T
    return moved
