"""What was learned of winning, as tables for people: channels, every number of the scores, quality, calibration."""

from typing import Any

import numpy as np
import pyarrow as pa
from scipy import special  # type: ignore[import-untyped]

from attribution_models.judging import Forecast, calibration_rows, first_test_day, quality_rows
from attribution_models.learned import published
from attribution_models.policy import Policy
from attribution_models.resampling import interval
from attribution_models.types import Floats, Ints
from attribution_models.winning.averaging import Estimate, between, doses_at, effects_of, estimated
from attribution_models.winning.design import Design
from attribution_models.winning.names import HALF_LIFE, effect_name, meaning_of

OTHER_CHANNELS = "other channels"
"""Stands in the table of channels for those too rare for a number of their own."""

_SURE = 1e-12  # a chance of exactly 0 or 1 has no log

Row = dict[str, Any]


def tables(design: Design, estimate: Estimate, policy: Policy) -> dict[str, pa.Table]:
    """The tables of ``learned.SCHEMAS`` that ``ai_weighted`` publishes."""
    quality, calibration = judged(design, policy)
    return {
        "channel": published("channel", channel_rows(design, estimate, policy)),
        "parameter": published("parameter", parameter_rows(design, estimate)),
        "quality": published("quality", quality),
        "calibration": published("calibration", calibration),
    }


def channel_rows(design: Design, estimate: Estimate, policy: Policy) -> list[Row]:
    """Channels from the largest mean contribution of a touchpoint, on the logit of winning, down to the smallest."""
    channels, member = _channels(design)
    touchpoints = np.asarray(design.touchpoints.sum(axis=0)) @ member
    added = member.T @ _added_by_pairs(design, estimate, policy) / touchpoints[:, None]
    low, high = interval(added[:, 0], added[:, 1:].T)
    has = (design.touchpoints @ member) > 0
    worth = np.maximum(added[:, 0], 0.0) * touchpoints
    total = worth.sum()
    rows = [
        {
            "channel": channel or OTHER_CHANNELS,
            "effect": added[i, 0],
            "effect_low": low[i],
            "effect_high": high[i],
            "share": worth[i] / total if total > 0 else 1 / len(channels),
            "deal_count": int(has[:, i].sum()),
            "won_count": int((has[:, i] * design.won).sum()),
            "touchpoint_count": int(touchpoints[i]),
        }
        for i, channel in enumerate(channels)
    ]
    return sorted(rows, key=lambda row: (-round(row["effect"], 12), -row["deal_count"], row["channel"]))


def _channels(design: Design) -> tuple[list[str], Floats]:
    """The channels that some deal has, and pairs x channels: 1 where the pair, on some deal, is on the channel."""
    is_seen = np.asarray(design.touchpoints.sum(axis=0)) > 0
    channels = sorted({pair.channel for pair, seen in zip(design.pairs, is_seen, strict=True) if seen})
    labels = [pair.channel if seen else None for pair, seen in zip(design.pairs, is_seen, strict=True)]
    return channels, np.array([[float(label == channel) for channel in channels] for label in labels])


def _added_by_pairs(design: Design, estimate: Estimate, policy: Policy) -> Floats:
    """Pairs x samples: the sum of what the touchpoints of a pair add to the logits of their deals."""
    doses = np.column_stack([np.asarray(one.sum(axis=0)) for one in design.doses])
    places = [between(days, policy) for days in estimate.half_life_days]
    after = doses.shape[1] - 1
    left = np.column_stack([doses[:, low] * (1 - part) + doses[:, min(low + 1, after)] * part for low, part in places])
    added: Floats = left * effects_of(design.pairs, estimate.parameters)
    return added


def parameter_rows(design: Design, estimate: Estimate) -> list[Row]:
    """The half-life, the effect of every pair, and what was known of deals: all on the logit of winning."""
    days = estimate.half_life_days
    names = [*design.control_names, *map(effect_name, design.pairs)]
    meanings = [*("what was known of the deal; no part of a score" for _ in design.control_names)]
    meanings += [meaning_of(pair, int(n)) for pair, n in zip(design.pairs, _deals_with(design), strict=True)]
    values = np.vstack([days, estimate.parameters])
    low, high = interval(values[:, 0], values[:, 1:].T)
    return [
        {"parameter": name, "meaning": meaning, "value": values[i, 0], "value_low": low[i], "value_high": high[i]}
        for i, (name, meaning) in enumerate(
            zip([HALF_LIFE, *names], ["days in which a touchpoint loses half its effect", *meanings], strict=True)
        )
    ]


def _deals_with(design: Design) -> Ints:
    counts: Ints = np.asarray((design.touchpoints > 0).sum(axis=0)).ravel().astype(np.int64)
    return counts


def judged(design: Design, policy: Policy) -> tuple[list[Row], list[Row]]:
    """Quality and calibration: learned from the deals that closed earlier, judged on those that closed later."""
    cut = first_test_day(design.day, np.ones(design.deals, dtype=np.int64), policy.models.learned.test_share)
    is_early = design.day < cut
    early = design.where(is_early)
    if not 0 < early.won.sum() < early.deals:
        return [], []
    estimate = estimated(early, policy)
    rate = float(early.won.mean())
    before = forecast(early, estimate, policy)
    after = forecast(design.where(~is_early), estimate, policy)
    quality = [*quality_rows(before, "train", rate), *quality_rows(after, "test", rate)]
    return quality, calibration_rows(after) if after.predicted.size else []


def forecast(design: Design, estimate: Estimate, policy: Policy) -> Forecast:
    """The chance of each deal of ``design`` to be won, by what ``estimate`` says."""
    parameters = estimate.parameters[:, 0]
    doses = doses_at(design, float(estimate.half_life_days[0]), policy)
    controls = len(design.control_names)
    chance = special.expit(design.controls @ parameters[:controls] + doses @ parameters[controls:])
    won = design.won.astype(np.int64)
    return Forecast(np.clip(chance, _SURE, 1 - _SURE), won, 1 - won, design.day)
