"""The Shapley value of the touchpoint's channel in the game of its deal's channels: who wins with whom how often.

What a set of channels is worth is the win rate of the deals that had exactly that set, less that of deals without a
touchpoint; where a set is rare, what its parts add up to makes up the rest. Won and lost deals teach it, also those
without a touchpoint. Negative values claim nothing of a deal; they are published as they are.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from attribution_models.channel_presence import presence
from attribution_models.channel_sets import set_keys
from attribution_models.claims import NOISE_DECIMALS, claims, told_claims
from attribution_models.coalitions import (
    Coalitions,
    Sets,
    coalition_name,
    collect_coalitions,
    merged_coalitions,
)
from attribution_models.game_intervals import resampled_effects
from attribution_models.judging import Forecast, calibration_rows, first_test_day, quality_rows
from attribution_models.learned import Learned, Published, published, too_little
from attribution_models.policy import Policy
from attribution_models.resampling import interval
from attribution_models.shapley_values import Effort, is_worth_a_lattice, potential, shapley_values
from attribution_models.told_game import ToldDeal, ToldGame
from attribution_models.types import Flags, Floats, Ints, Journeys, Touches
from attribution_models.win_rate_game import Game, learned_game

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Players:
    """The game, and its potential by sets of channels where there are so many deals that it was worth computing."""

    game: Game
    potential: Floats | None


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    rules = policy.models.shapley
    return (
        f"Shapley value of the channel among the deal's channels, at least 0; v = win rate of deals with exactly "
        f"these channels, believed half at {rules.rare_deals:g} deals and else what the channels add up to, less the "
        f"win rate without any; exact to {rules.exact_channels} channels, else {2 * rules.permutation_pairs} orders of "
        f"joining; a deal without a positive value: evenly"
    )


def collect(journeys: Journeys, policy: Policy) -> pa.Table:
    """The channels of each decided deal of the batch, and how it ended."""
    return collect_coalitions(journeys)


def fit(evidence: Sequence[pa.Table], policy: Policy) -> Learned:
    """The game of all deals, with the channels' mean values, their intervals and the out-of-time quality."""
    rules, learned = policy.models.shapley, policy.models.learned
    deals = merged_coalitions(evidence, learned.seed)
    won = int(deals.is_won.sum())
    if reason := too_little(won, len(deals.is_won) - won, learned):
        return Learned(None, reason=reason)
    with ThreadPoolExecutor(2) as beside:
        judged = beside.submit(_judged, deals, policy)
        game = learned_game(deals, rules.rare_deals, learned, np.ones_like(deals.is_won))
        moved = beside.submit(resampled_effects, game, deals, rules.exact_channels, learned)
        coalitions = published("coalition", _coalition_rows(game, deals, rules.published_sets))
        is_small = is_worth_a_lattice(len(game.channels), deals.sets.sizes)
        players = Players(game, potential(game) if is_small else None)
        effects = _mean_values(players, deals, policy)
        low, high = interval(effects, effects + moved.result())
        tables = {
            "channel": published("channel", _channel_rows(deals, effects, low, high)),
            "coalition": coalitions,
            "parameter": published("parameter", _parameter_rows(game)),
            **judged.result(),
        }
    return Learned(players, tables)


def score(touches: Touches, policy: Policy, learned: Players) -> Floats:
    """The Shapley value of each touchpoint's channel, at least 0."""
    channel = touches.categories["channel"]
    place = {name: code for code, name in enumerate(learned.game.channels)}
    known = np.array([place.get(name, learned.game.unlearned) for name in channel.values], dtype=np.int64)
    if not touches.rows:
        return np.zeros(0)
    codes = known[channel.codes]
    if learned.potential is not None and known.max() < learned.game.unlearned:
        return claims(touches, _by_potential(learned.potential, touches, codes))
    return claims(touches, _by_sets(learned, touches, codes, Effort.of(policy.models.shapley, policy.models.learned)))


def why(touches: Touches, policy: Policy, published: Published) -> list[str]:
    """For each touchpoint, its channel's value in the published game of its deal, and the sets that made it."""
    game, channel = ToldGame.of(published), touches.categories["channel"]
    names = [channel.values[code] for code in channel.codes.tolist()]
    told, worth = [], []
    for start, count in zip(touches.starts.tolist(), touches.counts.tolist(), strict=True):
        on_deal = names[start : start + count]
        deal = ToldDeal(game, tuple(sorted(set(on_deal))), policy.models.shapley)
        told += [deal.told(name) for name in on_deal]
        worth += [deal.values[name] if deal.is_exact else 1.0 for name in on_deal]
    return told_claims(touches, np.array(worth), told)


def _by_potential(potential: Floats, touches: Touches, codes: Ints) -> Floats:
    bit = np.int64(1) << codes
    everyone = touches.spread(np.bitwise_or.reduceat(bit, touches.starts))
    gained: Floats = potential[everyone] - potential[everyone ^ bit]
    return gained


def _by_sets(learned: Players, touches: Touches, codes: Ints, effort: Effort) -> Floats:
    """Per touchpoint, through the batch's distinct sets of channels; one not learned from adds nothing to any set."""
    game = learned.game
    seen = presence(touches, codes, game.unlearned + 1)
    known = seen.code < game.unlearned
    deal = seen.deal[known]
    sets = Sets.of_sizes(np.bincount(deal, minlength=touches.deals), seen.code[known])
    _, first, place = np.unique(set_keys(sets.sizes, sets.codes, game.keys), return_index=True, return_inverse=True)
    distinct = sets.take(first)
    values = shapley_values(game, distinct, effort)
    worth = np.zeros(len(known))
    worth[known] = values[distinct.starts[place][deal] + np.arange(len(deal)) - sets.starts[deal]]
    return worth[seen.pair]


def _mean_values(players: Players, deals: Coalitions, policy: Policy) -> Floats:
    """Each channel's value, a mean over the decided deals that have it."""
    game, sets = players.game, deals.sets
    if players.potential is None:
        values = shapley_values(game, sets, Effort.of(policy.models.shapley, policy.models.learned))
    else:
        key = deals.keys[sets.owner]
        values = players.potential[key] - players.potential[key ^ game.keys[sets.codes]]
    decided = game.deals[sets.owner].astype(np.float64)
    sums = partial(np.bincount, sets.codes, minlength=len(game.channels))
    means: Floats = sums(weights=values * decided) / sums(weights=decided)
    return means.round(NOISE_DECIMALS)


def _channel_rows(deals: Coalitions, effects: Floats, low: Floats, high: Floats) -> list[Row]:
    """Channels from the largest mean value down; shares are of the positive values."""
    counted = partial(np.bincount, deals.sets.codes, minlength=len(deals.channels))
    decided, won = (
        counted(weights=deals.counts(chosen)[deals.sets.owner]) for chosen in (np.ones_like(deals.is_won), deals.is_won)
    )
    positive = np.maximum(effects, 0.0)
    total = positive.sum()
    return [
        {
            "channel": deals.channels[i],
            "effect": effects[i],
            "effect_low": low[i],
            "effect_high": high[i],
            "share": positive[i] / total if total > 0 else 0.0,
            "deal_count": int(decided[i]),
            "won_count": int(won[i]),
            "touchpoint_count": int(deals.touchpoints[i]),
        }
        for i in np.lexsort((np.arange(len(effects)), -decided, -effects))
    ]


def _coalition_rows(game: Game, deals: Coalitions, most: int) -> list[Row]:
    """The empty set, single channels and the most frequent other sets, as the game has them; ties by deal key."""
    least = np.full(len(deals.keys), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(least, deals.place, deals.deal_key)
    order = np.lexsort((least, -game.deals))
    many = deals.sets.sizes[order] > 1
    order = order[~many | (np.cumsum(many) <= most)]
    rates = game.rates(deals.keys, deals.sets.sums(game.log_odds[deals.sets.codes]))
    nothing = _rate_without(game)
    return [
        {
            "coalition": coalition_name(game.channels[code] for code in _codes(deals.sets, i)),
            "channel_count": int(deals.sets.sizes[i]),
            "deal_count": int(game.deals[i]),
            "won_count": int(game.won[i]),
            "win_rate": game.won[i] / game.deals[i],
            "value": rates[i] - nothing,
        }
        for i in order.tolist()
    ]


def _codes(sets: Sets, place: int) -> Ints:
    start = sets.starts[place]
    return sets.codes[start : start + sets.sizes[place]]


def _rate_without(game: Game) -> float:
    """What deals without any channel are taken to win, of which every set's worth is the excess."""
    return float(game.rates(np.zeros(1, dtype=np.uint64), np.zeros(1))[0])


def _parameter_rows(game: Game) -> list[Row]:
    names = [
        ("no_channel", "log-odds of winning without a touchpoint, of which each channel adds its own", game.base),
        ("rate_without_channel", "win rate without a touchpoint, taken off that of every set", _rate_without(game)),
    ]
    adds = "what the channel adds to the log-odds of winning where its set is rare"
    names += [(f"log_odds: {name}", adds, game.log_odds[code]) for code, name in enumerate(game.channels)]
    return [{"parameter": name, "meaning": meaning, "value": value} for name, meaning, value in names]


def _judged(deals: Coalitions, policy: Policy) -> dict[str, pa.Table]:
    """How well the game of the earlier deals tells the later won from lost by their sets of channels."""
    cut = first_test_day(deals.day, np.ones_like(deals.day), policy.models.learned.test_share)
    early = deals.day < cut
    game = learned_game(deals, policy.models.shapley.rare_deals, policy.models.learned, early)
    rates = game.rates(deals.keys, deals.sets.sums(game.log_odds[deals.sets.codes]))
    base_rate = float(((early & deals.is_won).sum() + 0.5) / (early.sum() + 1))
    train, test = (_forecast(deals, rates, chosen) for chosen in (early, ~early))
    quality = [*quality_rows(train, "train", base_rate), *quality_rows(test, "test", base_rate)]
    return {"quality": published("quality", quality), "calibration": published("calibration", calibration_rows(test))}


def _forecast(deals: Coalitions, rates: Floats, chosen: Flags) -> Forecast:
    """The ``chosen`` deals by their sets of channels, each set with its rate."""
    decided, won = deals.counts(chosen), deals.counts(chosen & deals.is_won)
    days = np.iinfo(np.int64)
    first, last = np.full(len(rates), days.max), np.full(len(rates), days.min)
    np.minimum.at(first, deals.place[chosen], deals.day[chosen])
    np.maximum.at(last, deals.place[chosen], deals.day[chosen])
    return Forecast(rates, won, decided - won, first, last).where(decided > 0)
