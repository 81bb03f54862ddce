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

from attribution_models.channel_sets import Keys
from attribution_models.coalitions import Coalitions, Sets, channel_keys
from attribution_models.policy_models import LearnedRules
from attribution_models.types import Flags, Floats, Ints

Matrix: TypeAlias = Any  # NumPy's or SciPy's sparse one, which has no types

_DENSE_CELLS = 1 << 23
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


def learned_game(deals: Coalitions, rare_deals: float, rules: LearnedRules, known: Flags) -> Game:
    """The game that the deals ``known`` teach."""
    decided, won = deals.counts(known), deals.counts(known & deals.is_won)
    there = decided > 0
    return Game(
        channels=deals.channels,
        keys=channel_keys(len(deals.channels), rules.seed),
        parts=_learned_parts(deals, rare_deals, part_of(deals, rules, known)),
        rare_deals=rare_deals,
        seen=deals.keys[there],
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


def _learned_parts(deals: Coalitions, rare_deals: float, known: Flags) -> Parts:
    """What each channel adds to the log-odds of winning, from the deals ``known``."""
    channels = len(deals.channels)
    decided, won = deals.counts(known), deals.counts(known & deals.is_won)
    there = np.flatnonzero(decided)
    decided, won = decided[there], won[there]
    rate = float(np.clip(won.sum() / max(decided.sum(), 1), 1e-6, 1 - 1e-6))
    penalty = np.append(0.0, np.full(channels, rare_deals * rate * (1 - rate)))
    likelihood = _Likelihood(_design(deals.sets.take(there), channels), decided, won, penalty)
    point = likelihood.at(np.append(np.log(rate / (1 - rate)), np.zeros(channels)))
    for _ in range(_MOST_STEPS):
        before, point = point, _stepped(likelihood, point)
        if np.abs(point.log_odds - before.log_odds).max() < _SMALLEST_STEP:
            break
    return Parts(point.log_odds, point.curvature)


def holdings(sets: Sets, channels: int) -> sparse.csr_array:
    """Sets as rows, channels as columns: one where the set holds the channel."""
    ends = np.append(sets.starts, len(sets.codes))
    return sparse.csr_array((np.ones(len(sets.codes)), sets.codes, ends), shape=(len(sets.sizes), channels))


def _design(sets: Sets, channels: int) -> Matrix:
    """A one, then which channels the set holds; sparse only where it would be large, for it is slower."""
    if len(sets.sizes) * (channels + 1) > _DENSE_CELLS:
        return sparse.hstack([np.ones((len(sets.sizes), 1)), holdings(sets, channels)], format="csr")
    design = np.zeros((len(sets.sizes), channels + 1))
    design[:, 0] = 1.0
    design[sets.owner, sets.codes + 1] = 1.0
    return design


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
