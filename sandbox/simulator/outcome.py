"""How deals end: the true model of winning. What it computes is the known truth."""

import numpy as np

from sandbox.simulator.calendar import pulled_to_quarter_end
from sandbox.simulator.setting import Setting
from sandbox.simulator.settings import INTEGRATION_KIND, SOURCE_KIND, SimulatorSettings
from sandbox.simulator.table import DAY, Table, logistic, size

OPEN, WON, LOST = 0, 1, 2


def planned_close(setting: Setting, draft: Table, has_co_sell: np.ndarray) -> np.ndarray:
    """When each deal is to close. Partners that sell alongside make cycles shorter; winning and losing take as long."""
    rng, settings = setting.rng, setting.settings
    median = (
        settings.cycle_median_days
        * np.asarray(settings.segment_cycle_factor)[draft["segment"]]
        * np.asarray(settings.type_cycle_factor)[draft["kind"]]
        * np.where(has_co_sell, settings.effects.co_sell_cycle_factor, 1.0)
    )
    shortest, longest = settings.cycle_range_days
    days = (median * rng.lognormal(0.0, settings.cycle_sigma, size(draft))).clip(shortest, longest)
    close = draft["created"] + (days * DAY).astype(np.int64)
    pulled = _within_span(setting, pulled_to_quarter_end(rng, settings, close))
    return np.clip(pulled, draft["created"] + shortest * DAY, draft["created"] + longest * DAY)


def _within_span(setting: Setting, close: np.ndarray) -> np.ndarray:
    """What began before the data do is there because it was still open: it closes in the first ten weeks of them."""
    start = setting.span.start * DAY
    later = start + (setting.rng.random(len(close)) * 70 * DAY).astype(np.int64)
    return np.where(close < start, later, close)


def true_effects(setting: Setting, touches: Table, ends: np.ndarray) -> np.ndarray:
    """What each touchpoint adds to the logit of winning, at the ``ends`` of the deals (close, or now)."""
    effects = setting.settings.effects
    kind = touches["kind"]
    age_days = np.maximum(ends[touches["deal"]] - touches["time"], 0) / DAY
    decays = (kind != SOURCE_KIND) & (kind != INTEGRATION_KIND)
    recency = np.where(decays, np.exp2(-age_days / effects.half_life_days), 1.0)
    tier = np.asarray(effects.tier_factor)[setting.partners["tier"][touches["partner"]]]
    strength = np.where(kind == INTEGRATION_KIND, 2.0 * _usage(setting, touches), tier)
    return np.asarray(effects.by_kind)[kind] * recency * strength * touches["counts"]


def _usage(setting: Setting, touches: Table) -> np.ndarray:
    """How much each touchpoint's integration is used, from 0 to 1; 0 where it is none."""
    usage = np.append(setting.integrations["usage"], 0.0)
    return usage[touches["integration"]]  # NOBODY is -1: the 0 at the end


def win_chances(
    settings: SimulatorSettings, draft: Table, touches: Table, effects: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The true probability of winning each deal, as it was and had no partner touched it."""
    without = (
        np.asarray(settings.type_logit)[draft["kind"]]
        + np.asarray(settings.segment_logit)[draft["segment"]]
        + settings.quality_logit * draft["quality"]
    )
    added = np.bincount(touches["deal"], weights=effects, minlength=size(draft))
    return logistic(without + added), logistic(without)


def statuses(setting: Setting, chance: np.ndarray, close: np.ndarray) -> np.ndarray:
    """OPEN, WON or LOST. A few deals stay open long after their day."""
    is_won = setting.rng.random(len(chance)) < chance
    is_open = (close >= setting.now) | (setting.rng.random(len(chance)) < setting.settings.stalled_share)
    return np.where(is_open, OPEN, np.where(is_won, WON, LOST))


def contributions(touches: Table, effects: np.ndarray, chance: np.ndarray, without: np.ndarray) -> np.ndarray:
    """Each touchpoint's part of ``chance - without`` of its deal; the parts of a deal sum to it.

    The Aumann-Shapley value: effects are additive on the logit, so along the straight path from no partner to all of
    them each touchpoint's part is in proportion to its effect.
    """
    total = np.bincount(touches["deal"], weights=effects, minlength=len(chance))[touches["deal"]]
    lift = (chance - without)[touches["deal"]]
    return np.divide(lift * effects, total, out=np.zeros_like(effects), where=total > 0)
