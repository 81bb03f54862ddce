"""The true effect of partners on each deal of a simulated business, from the simulator's own model."""

from dataclasses import replace

import numpy as np
import pandas as pd

from sandbox.simulator import deal_facts
from sandbox.simulator.outcome import planned_close
from sandbox.simulator.table import DAY, size
from sandbox.simulator.touches import CALL, CO_SELL
from sandbox.simulator.world import World

_DRAWS = 10  # of the length of each cycle, each with and without co-selling


def true_win_rate(world: World, rows: pd.DataFrame) -> np.ndarray:
    """By how much partners raised the chance of winning each deal of ``rows``."""
    deal = rows["deal"].to_numpy()
    deals = world.played.deals
    return deals["chance"][deal] - deals["chance_without"][deal]


def true_size(world: World, rows: pd.DataFrame) -> np.ndarray:
    """The mean log of what a partner's presence leaves of the price."""
    touched = np.bincount(world.played.touches["deal"], minlength=size(world.deals)) > 0
    kept = np.log1p(-deal_facts._DISCOUNTS)
    change = float(np.dot(deal_facts._DISCOUNTS_WITH_PARTNER, kept) - np.dot(deal_facts._DISCOUNTS_ALONE, kept))
    return change * touched[rows["deal"].to_numpy()]


def true_cycle(world: World, rows: pd.DataFrame) -> np.ndarray:
    """The mean change of the log of each deal's days, by co-selling of partners that were there at its creation."""
    touches, deals = world.played.touches, world.played.deals
    count = size(deals)
    pair = touches["deal"] * size(world.setting.partners) + touches["partner"]
    early = np.isin(pair, pair[touches["time"] <= deals["created"][touches["deal"]]])
    co_sells = np.isin(touches["kind"], (CO_SELL, CALL))
    as_it_was = np.bincount(touches["deal"][co_sells], minlength=count) > 0
    without = np.bincount(touches["deal"][co_sells & ~early], minlength=count) > 0
    change = np.mean([_log_days(world, seed, True) - _log_days(world, seed, False) for seed in range(_DRAWS)], axis=0)
    return (change * (as_it_was & ~without))[rows["deal"].to_numpy()]


def _log_days(world: World, seed: int, co_sells: bool) -> np.ndarray:
    deals = world.played.deals
    setting = replace(world.setting, rng=np.random.default_rng(seed))
    close = planned_close(setting, deals, np.full(size(deals), co_sells))
    days: np.ndarray = np.log(((close // DAY + 1) * DAY - deals["created"]) / DAY)
    return days
