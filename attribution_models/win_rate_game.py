"""The game of observed win rates: what a deal's set of channels is worth, also where few or no deals had that set.

The rate of a set S seen on n deals, ``won`` of them won, is

    r(S) = (won + m p(S)) / (n + m)        v(S) = r(S) - r(no channel)

with m the policy's ``rare_deals``: so many deals are believed half. p(S) is what the parts of S add up to: the log-odds
of no channel plus those of each channel, fitted over all sets by ridge-penalised logistic regression (Newton). The
penalty is m rate (1 - rate), so that a channel seen on m deals is believed half, too.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse, special  # type: ignore[import-untyped]

from attribution_models.coalitions import Coalitions, Keys, Sets, channel_keys
from attribution_models.policy_models import LearnedRules
from attribution_models.types import Flags, Floats, Ints

Matrix: TypeAlias = Any  # NumPy's or SciPy's sparse one, which has no types

_DENSE_CELLS = 1 << 23
_TABLE_BITS = 22
_MOST_STEPS = 50
_SMALLEST_STEP = 1e-6  # of log-odds: what Newton's next step would still move is its square


@dataclass(frozen=True, eq=False)
class Parts:
    """Log-odds of no channel (first) and of each channel, and the curvature of their penalised likelihood there."""

    log_odds: Floats
    curvature: Floats


@dataclass(frozen=True, eq=False)
class Game:
    """What scoring needs: the channels with their keys and parts, and the sets that were seen, by ascending key."""

    channels: tuple[str, ...]
    keys: Keys
    parts: Parts
    rare_deals: float
    seen: Keys
    deals: Ints
    won: Ints

    @property
    def base(self) -> float:
        """Log-odds of winning without a channel."""
        return float(self.parts.log_odds[0])

    @property
    def log_odds(self) -> Floats:
        """What each channel adds to the log-odds of winning."""
        return self.parts.log_odds[1:]

    @cached_property
    def _place(self) -> pd.Index:
        return pd.Index(self.seen)

    @property
    def unlearned(self) -> int:
        """The code of every channel that was not learned from."""
        return len(self.channels)

    def rates(self, keys: Keys, log_odds: Floats) -> Floats:
        """r of the sets ``keys`` (any shape) whose channels' log-odds sum to ``log_odds``."""
        place = self._place.get_indexer(pd.Index(keys.ravel())).reshape(keys.shape)
        was_seen = place >= 0
        expected = special.expit(self.parts.log_odds[0] + log_odds)
        rates: Floats = expected.copy()
        deals, won = self.deals[place[was_seen]], self.won[place[was_seen]]
        rates[was_seen] = (won + self.rare_deals * expected[was_seen]) / (deals + self.rare_deals)
        return rates


@dataclass(frozen=True, eq=False)
class SeenSets:
    """The distinct sets of ``deals``, by ascending key, and ``place``: each deal's set among them."""

    deals: Coalitions
    keys: Keys
    sets: Sets
    place: Ints

    def counts(self, chosen: Flags) -> Ints:
        """How many of the ``chosen`` deals have each set."""
        return np.bincount(self.place[chosen], minlength=len(self.keys))


def seen_sets(deals: Coalitions, keys: Keys) -> SeenSets:
    """The distinct sets of ``deals``; ``keys`` are those of the channels."""
    place, distinct = _distinct(deals.sets.keys(keys), len(keys))
    first = np.empty(len(distinct), dtype=np.int64)
    first[place[::-1]] = np.arange(len(place))[::-1]
    return SeenSets(deals, distinct, deals.sets.take(first), place)


def _distinct(keys: Keys, channels: int) -> tuple[Ints, Keys]:
    """Per key its place among the distinct ones, and these, ascending: counted in a table where that is small."""
    if channels > _TABLE_BITS or len(keys) < 1 << channels >> 2:
        place, distinct = pd.factorize(keys, sort=True)
        return place, distinct
    there = np.zeros(1 << channels, dtype=np.bool_)
    there[keys] = True
    return (np.cumsum(there) - 1)[keys], np.flatnonzero(there).astype(np.uint64)


def learned_game(seen: SeenSets, rare_deals: float, rules: LearnedRules, known: Flags) -> Game:
    """The game that the deals ``known`` teach."""
    decided, won = seen.counts(known), seen.counts(known & seen.deals.is_won)
    there = decided > 0
    return Game(
        channels=seen.deals.channels,
        keys=channel_keys(len(seen.deals.channels), rules.seed),
        parts=_learned_parts(seen, rare_deals, part_of(seen.deals, rules, known)),
        rare_deals=rare_deals,
        seen=seen.keys[there],
        deals=decided[there],
        won=won[there],
    )


def part_of(deals: Coalitions, rules: LearnedRules, known: Flags) -> Flags:
    """At most ``most_deals`` of the deals ``known``, a choice that is fixed by their keys."""
    keys = deals.deal_key[known]
    if len(keys) <= rules.most_deals:
        return known
    last = np.partition(keys, rules.most_deals - 1)[rules.most_deals - 1]
    chosen: Flags = known & (deals.deal_key <= last)
    return chosen


def _learned_parts(seen: SeenSets, rare_deals: float, known: Flags) -> Parts:
    """What each channel adds to the log-odds of winning, from the deals ``known``."""
    channels = len(seen.deals.channels)
    decided, won = seen.counts(known), seen.counts(known & seen.deals.is_won)
    there = np.flatnonzero(decided)
    decided, won = decided[there], won[there]
    design = _design(seen.sets.take(there), channels)
    rate = float(np.clip(won.sum() / max(decided.sum(), 1), 1e-6, 1 - 1e-6))
    penalty = np.append(0.0, np.full(channels, rare_deals * rate * (1 - rate)))
    likelihood = _Likelihood(design, decided, won, penalty)
    point = likelihood.at(np.append(np.log(rate / (1 - rate)), np.zeros(channels)))
    for _ in range(_MOST_STEPS):
        before, point = point, _stepped(likelihood, point)
        if np.abs(point.log_odds - before.log_odds).max() < _SMALLEST_STEP:
            break
    return Parts(point.log_odds, point.curvature)


def _design(sets: Sets, channels: int) -> Matrix:
    """Sets as rows: a one, then which channels they hold; sparse only where it would be large, for it is slower."""
    ones = np.ones(len(sets.codes))
    holds = sparse.csr_array((ones, sets.codes, np.append(sets.starts, len(ones))), shape=(len(sets.sizes), channels))
    design = sparse.hstack([np.ones((len(sets.sizes), 1)), holds], format="csr")
    return design if len(sets.sizes) * (channels + 1) > _DENSE_CELLS else design.toarray()


@dataclass(frozen=True, eq=False)
class _Likelihood:
    """Ridge-penalised logistic regression on sets (rows of ``design``) with counts of deals."""

    design: Matrix
    decided: Ints
    won: Ints
    penalty: Floats

    def at(self, log_odds: Floats) -> "_Point":
        """The penalised negative log-likelihood there, with its slopes."""
        linear: Floats = self.design @ log_odds
        rate = special.expit(linear)
        loss = (self.decided * np.logaddexp(0.0, linear) - self.won * linear).sum()
        return _Point(
            log_odds=log_odds,
            loss=float(loss + (self.penalty * log_odds**2).sum() / 2),
            gradient=self.design.T @ (self.decided * rate - self.won) + self.penalty * log_odds,
            curvature=self._square(self.decided * rate * (1 - rate)) + np.diag(self.penalty),
        )

    def _square(self, weights: Floats) -> Floats:
        """The design's transpose by its weighted self."""
        if isinstance(self.design, np.ndarray):
            dense: Floats = self.design.T @ (weights[:, None] * self.design)
            return dense
        product: Floats = (self.design.T @ (sparse.diags_array(weights) @ self.design)).toarray()
        return product


@dataclass(frozen=True, eq=False)
class _Point:
    """The penalised negative log-likelihood at ``log_odds``, its gradient and curvature."""

    log_odds: Floats
    loss: float
    gradient: Floats
    curvature: Floats


def _stepped(likelihood: _Likelihood, point: _Point) -> _Point:
    """The point after Newton's step, halved until it leads downwards."""
    step: Floats = -np.linalg.solve(point.curvature, point.gradient).astype(np.float64)
    after = likelihood.at(point.log_odds + step)
    while after.loss > point.loss and np.abs(step).max() > _SMALLEST_STEP:
        step = step / 2
        after = likelihood.at(point.log_odds + step)
    return after
