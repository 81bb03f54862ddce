"""Shapley values of a deal's channels in the game that only they play, for many deals at once.

Exact for sets of few channels, by their subsets; exact for sets of any size where there are so many deals that it is
less work to go through all subsets of all channels once: the value is then a difference of the game's potential
(Hart and Mas-Colell 1989), phi_i(S) = P(S) - P(S without i), P(S) = (v(S) + sum of P(S without i)) / |S|. Larger sets
are estimated from random orders of joining, each with its reverse (antithetic), seeded. However they are found, the
values of a set sum to v(S) - v(no channel).
"""

from dataclasses import dataclass
from functools import cache
from math import factorial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from attribution_models.coalitions import Sets
from attribution_models.policy_models import LearnedRules, ShapleyRules
from attribution_models.types import Floats, Ints
from attribution_models.win_rate_game import Game

Number = TypeVar("Number", np.float64, np.uint64)

LATTICE_CHANNELS = 22
"""Up to this many channels all of their subsets may be held: 2^22 numbers."""

_CELLS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Effort:
    """Up to how many channels are enumerated; beyond, how many pairs of orders are drawn, by which seed."""

    exact_channels: int
    permutation_pairs: int
    seed: int

    @classmethod
    def of(cls, rules: ShapleyRules, learned: LearnedRules) -> "Effort":
        return cls(rules.exact_channels, rules.permutation_pairs, learned.seed)


def shapley_values(game: Game, sets: Sets, effort: Effort) -> Floats:
    """The Shapley value of each channel of each set, parallel to ``sets.codes`` (sets one after the other)."""
    values = np.zeros(len(sets.codes))
    for size in np.unique(sets.sizes[sets.sizes > 0]).tolist():
        rows = sets.starts[sets.sizes == size][:, None] + np.arange(size)
        codes = sets.codes[rows]
        if size <= effort.exact_channels:
            values[rows] = _enumerated(game, codes)
        else:
            values[rows] = np.stack([_sampled(game, one, effort) for one in codes])
    return values


def subset_sums(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Per row of ``values`` the sum of each subset of its columns: subset t holds the columns that are bits of t."""
    rows, columns = values.shape
    sums = np.zeros((rows, 1 << columns), dtype=values.dtype)
    for bit in range(columns):
        np.add(sums[:, : 1 << bit], values[:, bit, None], out=sums[:, 1 << bit : 2 << bit])
    return sums


@cache
def subset_weights(size: int) -> Floats:
    """What v of each subset (rows) adds to the Shapley value of each of ``size`` channels (columns)."""
    subsets = np.arange(1 << size)
    inside = (subsets[:, None] >> np.arange(size) & 1).astype(np.bool_)
    others = [factorial(t) * factorial(size - 1 - t) / factorial(size) for t in range(size)]
    count = inside.sum(axis=1)
    joined, left_out = np.append(0.0, others)[count], np.append(others, 0.0)[count]
    weights: Floats = np.where(inside, joined[:, None], -left_out[:, None])
    return weights


def _enumerated(game: Game, codes: Ints) -> Floats:
    """Values of sets of one size (sets x channels), by all of their subsets."""
    size = codes.shape[1]
    at_once = max(_CELLS_AT_ONCE >> size, 1)
    parts = [codes[i : i + at_once] for i in range(0, len(codes), at_once)]
    rates = (game.rates(subset_sums(game.keys[part]), subset_sums(game.log_odds[part])) for part in parts)
    return np.concatenate([rate @ subset_weights(size) for rate in rates])


def _sampled(game: Game, codes: Ints, effort: Effort) -> Floats:
    """Values of one set from pairs of orders, in which its channels take the places of their codes: no name counts."""
    random = np.random.default_rng([effort.seed % (1 << 63), len(codes)])
    orders = random.permuted(np.tile(np.arange(len(codes)), (effort.permutation_pairs, 1)), axis=1)
    orders = np.concatenate([orders, orders[:, ::-1]])
    joining = np.sort(codes)[orders]
    keys = np.cumsum(game.keys[joining], axis=1, dtype=np.uint64)
    rates = game.rates(
        np.insert(keys, 0, 0, axis=1), np.insert(np.cumsum(game.log_odds[joining], axis=1), 0, 0, axis=1)
    )
    gained = np.bincount(orders.ravel(), weights=np.diff(rates, axis=1).ravel(), minlength=len(codes))
    values = np.empty(len(codes))
    values[np.argsort(codes)] = gained / len(orders)
    return values


def is_worth_a_lattice(channels: int, sizes: Ints) -> bool:
    """Whether sets of these ``sizes`` have more subsets than all ``channels`` together."""
    return channels <= LATTICE_CHANNELS and bool(np.exp2(sizes).sum() > np.exp2(channels))


def potential(game: Game) -> Floats:
    """The potential of the game of each set of all channels, by the set's bit mask."""
    channels = len(game.channels)
    masks = np.arange(1 << channels, dtype=np.uint64)
    rates = game.rates(masks, subset_sums(game.log_odds[None, :])[0])
    size = np.bitwise_count(masks)
    total: Floats = rates - rates[0]
    by_size = np.argsort(size, kind="stable")
    ends = np.cumsum(np.bincount(size, minlength=channels + 1))
    for layer in range(1, channels + 1):
        members = by_size[ends[layer - 1] : ends[layer]]
        total[members] /= layer
        for bit in range(channels):
            without = members[members >> bit & 1 == 0]
            total[without | 1 << bit] += total[without]
    return total
