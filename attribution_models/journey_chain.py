"""The chain of observed journeys: states and edges out of the evidence, removal effects and how sure they are."""

from dataclasses import dataclass

import numpy as np

from attribution_models.absorbing_chain import Chain, Removal, removal_effects, removal_slopes
from attribution_models.claims import NOISE_DECIMALS
from attribution_models.journey_moves import CLOSE_BY_GROUP, MOVE, Moves, state_codes
from attribution_models.policy_models import LearnedRules
from attribution_models.resampling import GROUPS, interval, resampled_weights
from attribution_models.types import WON, Flags, Floats, Ints

DENSE_STATES = 64
"""Up to this many states each resample's chain is inverted; beyond, intervals are of first order (by derivatives)."""


@dataclass(frozen=True, eq=False)
class JourneyChain:
    """A chain with what was seen on each edge, by group of deals (edges x groups): moves, and cents of won deals."""

    chain: Chain
    moves: Floats
    cents: Floats

    @property
    def groups_of_wins(self) -> tuple[Floats, Floats]:
        """Won and decided deals by group."""
        ends = self.chain.target >= self.chain.states
        return self.moves[self.chain.target == self.chain.states].sum(axis=0), self.moves[ends].sum(axis=0)


@dataclass(frozen=True, eq=False)
class Estimate:
    """Numbers with the ends of their 95 % intervals."""

    value: Floats
    low: Floats
    high: Floats

    def numbers(self, place: int) -> tuple[float, float, float]:
        """The number at ``place`` with its ends."""
        return float(self.value[place]), float(self.low[place]), float(self.high[place])


@dataclass(frozen=True, eq=False)
class Effects:
    """Per channel: the share of wins, and of won value, that would be lost without it."""

    wins: Estimate
    value: Estimate


def journey_chain(moves: dict[int, Moves], channels: int) -> JourneyChain:
    """The chain of the evidence ``moves``; states are channels of the last touchpoints, the start comes first."""
    steps, closes = moves[MOVE], moves[CLOSE_BY_GROUP]
    base = channels + 1
    source = np.append(state_codes(steps.past, base), state_codes(closes.past, base))
    reached = state_codes([*steps.past[1:], steps.following], base)
    codes = np.union1d(np.append(source, 0), reached)
    ends = np.where(closes.outcome == WON, len(codes), len(codes) + 1)
    target = np.append(np.searchsorted(codes, reached), ends)
    width = len(codes) + 2
    edges, edge = np.unique(np.searchsorted(codes, source) * width + target, return_inverse=True)
    bucket = np.append(steps.bucket, closes.bucket)
    chain = Chain(len(codes), edges // width, edges % width, _members(codes, channels, len(steps.past)))
    counts = np.append(steps.count, closes.count)
    cents = np.append(np.zeros_like(steps.total), closes.total)
    return JourneyChain(chain, *(_by_group(edge, bucket, numbers, len(edges)) for numbers in (counts, cents)))


def _members(codes: Ints, channels: int, order: int) -> Flags:
    """Which channels (columns) each state (rows) holds."""
    digits = np.stack([codes // (channels + 1) ** i % (channels + 1) for i in range(order)])
    return np.asarray((digits[:, :, None] == np.arange(1, channels + 1)).any(axis=0))


def _by_group(edge: Ints, bucket: Ints, numbers: Ints, edges: int) -> Floats:
    sums = np.bincount(edge * GROUPS + bucket, weights=numbers, minlength=edges * GROUPS)
    return sums.astype(np.float64).reshape(edges, GROUPS)


def estimated_effects(seen: JourneyChain, rules: LearnedRules) -> Effects:
    """Removal effects of all channels with their bootstrap intervals, without the noise of solving (12 decimals)."""
    weights = resampled_weights(rules)
    if seen.chain.states > DENSE_STATES:
        return _first_order(seen, weights)
    everything = np.vstack([np.ones(GROUPS), weights])
    effects = removal_effects(seen.chain, everything @ seen.moves.T, everything @ seen.cents.T)
    return Effects(*(_rounded(one[0], one[1:]) for one in (effects.wins, effects.value)))


def _first_order(seen: JourneyChain, weights: Floats) -> Effects:
    effects, slopes = removal_slopes(seen.chain, seen.moves.sum(axis=1), seen.cents.sum(axis=1))
    by_group = Removal(slopes.wins @ seen.moves, slopes.value @ seen.moves + slopes.value_by_value @ seen.cents)
    return Effects(_spread(effects.wins[0], by_group.wins, weights), _spread(effects.value[0], by_group.value, weights))


def _spread(value: Floats, by_group: Floats, weights: Floats) -> Estimate:
    """The interval of ``value`` (channels) whose slope by each group's weight is ``by_group`` (channels x groups)."""
    return _rounded(value, np.clip(value + (weights - 1) @ by_group.T, 0.0, 1.0))


def _rounded(value: Floats, samples: Floats) -> Estimate:
    return Estimate(*(np.round(end, NOISE_DECIMALS) for end in (value, *interval(value, samples))))


def win_rate(seen: JourneyChain, rules: LearnedRules) -> Estimate:
    """The chance that a journey is won: the chain's b_0, which is won / decided deals exactly."""
    won, decided = seen.groups_of_wins
    weights = resampled_weights(rules)
    drawn = np.divide(weights @ won, weights @ decided, out=np.zeros(len(weights)), where=weights @ decided > 0)
    value = np.array([won.sum() / max(decided.sum(), 1)])
    return Estimate(value, *interval(value, drawn[:, None]))
