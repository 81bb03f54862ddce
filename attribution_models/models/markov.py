"""The removal effect of the touchpoint's channel: what part of the wins would be lost without it (Markov chain).

Each deal is divided by the removal effects of its own touchpoints. The classic totals, which divide all won revenue by
the effects at once, are a table beside it: they know of no deal. Only won and lost deals with a touchpoint teach it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from attribution_models.allocate import allocate
from attribution_models.claims import claims, told_claims
from attribution_models.journey_chain import Effects, JourneyChain, estimated_effects, journey_chain, win_rate
from attribution_models.journey_moves import (
    CHANNEL,
    CLOSE_BY_DAY,
    CLOSE_BY_GROUP,
    Moves,
    collect_moves,
    merged_moves,
    state_codes,
)
from attribution_models.judging import Forecast, calibration_rows, first_test_day, quality_rows
from attribution_models.learned import Learned, Published, published, too_little
from attribution_models.policy import Policy
from attribution_models.types import Floats, Journeys, Touches

Row = dict[str, Any]


@dataclass(frozen=True)
class ChannelEffects:
    """Removal effect by channel; ``unseen``: of a channel that no decided deal had, the mean of the others."""

    by_channel: dict[str, float]
    unseen: float


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    order = policy.models.markov.order
    memory = "the last touchpoint" if order == 1 else f"the last {order} touchpoints"
    return (
        f"removal effect of the channel: share of wins lost if every move into it were lost, in a Markov chain over "
        f"won and lost deals that remembers {memory}; a channel not learned from: the mean effect; a deal without any "
        f"effect: evenly"
    )


def collect(journeys: Journeys, policy: Policy) -> pa.Table:
    """Moves between states and closes of the batch's decided deals, by group of deals."""
    return collect_moves(journeys, policy.models.markov.order)


def fit(evidence: Sequence[pa.Table], policy: Policy) -> Learned:
    """Removal effects of all channels, with intervals, classic totals and out-of-time quality."""
    rules = policy.models.learned
    channels, moves = merged_moves(evidence, policy.models.markov.order)
    closes = moves[CLOSE_BY_GROUP]
    won, lost = int(closes.won.sum()), int(closes.lost.sum())
    if reason := too_little(won, lost, rules):
        return Learned(None, reason=f"{reason} (deals with a touchpoint: the others teach a chain nothing)")
    seen = journey_chain(moves, len(channels))
    effects = estimated_effects(seen, rules)
    known = dict(zip(channels, effects.wins.value.tolist(), strict=True))
    tables = {
        "channel": published("channel", _channel_rows(channels, effects, moves[CHANNEL], int(closes.total.sum()))),
        "parameter": published("parameter", _parameter_rows(channels, effects, seen, policy)),
        **_judged(moves[CLOSE_BY_DAY], len(channels) + 1, rules.test_share),
    }
    return Learned(ChannelEffects(known, float(np.mean(effects.wins.value))), tables)


def score(touches: Touches, policy: Policy, learned: ChannelEffects) -> Floats:
    """The removal effect of each touchpoint's channel."""
    channel = touches.categories["channel"]
    effects = np.array([learned.by_channel.get(name, learned.unseen) for name in channel.values])
    return claims(touches, effects[channel.codes] if touches.rows else np.zeros(0))


def why(touches: Touches, policy: Policy, published: Published) -> list[str]:
    """For each touchpoint, the published removal effect of its channel, with its interval and what it rests on."""
    channel = touches.categories["channel"]
    known = {row["channel"]: row for row in published["channel"]}
    mean = next((row["value"] for row in published["parameter"] if row["parameter"] == "mean_effect"), 0.0)
    effects = np.array([known[name]["effect"] if name in known else mean for name in channel.values])
    told = [_told(name, known[name], policy) if name in known else _unseen(name, mean) for name in channel.values]
    return told_claims(touches, effects[channel.codes], [told[code] for code in channel.codes.tolist()])


def _told(name: str, row: Mapping[str, Any], policy: Policy) -> str:
    return (
        f"removal effect of {name}: without it {row['effect']:.2%} of the wins would be lost "
        f"(95 % interval {row['effect_low']:.2%} to {row['effect_high']:.2%}; {row['won_count']:,} won of "
        f"{row['deal_count']:,} decided deals had it; models.markov.order {policy.models.markov.order})"
    )


def _unseen(name: str, mean: float) -> str:
    return f"no decided deal had {name}: the mean removal effect of the others, {mean:.2%}"


def _channel_rows(channels: tuple[str, ...], effects: Effects, deals: Moves, cents: int) -> list[Row]:
    """Channels from the largest effect down; the won revenue of all journeys divided by effects, to the cent."""
    code = deals.past[-1] - 1
    wins, decided, touchpoints = (
        np.bincount(code, weights=numbers, minlength=len(channels)).astype(np.int64)
        for numbers in (deals.won, deals.count, deals.total)
    )
    value = effects.wins.value
    order = np.lexsort((np.arange(len(channels)), -decided, -np.round(value, 12)))
    whole = (np.array([0]), np.array([len(channels)]), np.array([cents]))
    credit = allocate(np.round(value, 12)[order], *whole).credit_cents
    total = value.sum()
    return [
        {
            "channel": channels[i],
            "effect": value[i],
            "effect_low": effects.wins.low[i],
            "effect_high": effects.wins.high[i],
            "share": value[i] / total if total > 0 else 0.0,
            "credit_cents": int(credit[rank]),
            "deal_count": int(decided[i]),
            "won_count": int(wins[i]),
            "touchpoint_count": int(touchpoints[i]),
        }
        for rank, i in enumerate(order)
    ]


def _parameter_rows(channels: tuple[str, ...], effects: Effects, seen: JourneyChain, policy: Policy) -> list[Row]:
    rate = win_rate(seen, policy.models.learned)
    value = effects.value
    return [
        _parameter("order", "touchpoints that a state remembers", policy.models.markov.order),
        _parameter("states", "states of the chain, its start included", seen.chain.states),
        _parameter("win_rate", "won of the decided deals with a touchpoint", *rate.numbers(0)),
        _parameter("mean_effect", "effect of a channel not learned from", float(effects.wins.value.mean())),
        *[
            _parameter(f"revenue_removal_effect: {name}", "share of won revenue lost without it", *value.numbers(i))
            for i, name in enumerate(channels)
        ],
    ]


def _parameter(name: str, meaning: str, value: float, low: float | None = None, high: float | None = None) -> Row:
    return {"parameter": name, "meaning": meaning, "value": value, "value_low": low, "value_high": high}


def _judged(closes: Moves, base: int, test_share: float) -> dict[str, pa.Table]:
    """How well the last state tells won from lost, learned on the earlier closes and judged on the later."""
    cut = first_test_day(closes.bucket, closes.count, test_share)
    states, state = np.unique(state_codes(closes.past, base), return_inverse=True)
    early = closes.bucket < cut
    won, lost = (
        np.bincount(state[early], part[early], len(states)).astype(np.float64) for part in (closes.won, closes.lost)
    )
    base_rate = float(_rate(won.sum(), lost.sum(), 0.5))
    forecast = Forecast(_rate(won, lost, base_rate)[state], closes.won, closes.lost, closes.bucket)
    test = forecast.where(~early)
    quality = [*quality_rows(forecast.where(early), "train", base_rate), *quality_rows(test, "test", base_rate)]
    return {"quality": published("quality", quality), "calibration": published("calibration", calibration_rows(test))}


def _rate(won: Floats, lost: Floats, prior: float) -> Floats:
    """Win rate with one deal at ``prior`` added: never 0 or 1, and the prior where nothing was seen."""
    return (won + prior) / (won + lost + 1)
