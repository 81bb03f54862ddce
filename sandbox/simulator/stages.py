"""The stages that deals went through, and when they entered each."""

import numpy as np

from sandbox.picklists import STAGES
from sandbox.simulator.outcome import LOST, OPEN, WON
from sandbox.simulator.setting import Setting
from sandbox.simulator.table import Table, size

CLOSED_WON, CLOSED_LOST = STAGES.index("Closed Won"), STAGES.index("Closed Lost")
_OPEN_STAGES = CLOSED_WON
# Share of a sales cycle that has gone by when a stage is entered.
_ENTERED = np.array([0.0, 0.08, 0.2, 0.4, 0.62, 0.82])
_JITTER = 0.05
_SKIPPED = 0.12
_LOST_PER_STAGE = 0.28  # chance that a deal which will be lost gets no further
_SET_BACK = 0.04  # share of deals that fall back a stage


def simulate_history(setting: Setting, deals: Table) -> Table:
    """One row per stage entered: deal, stage, time; by deal and time."""
    rng, count = setting.rng, size(deals)
    share = _ENTERED + rng.normal(0.0, _JITTER, (count, _OPEN_STAGES)) * (_ENTERED > 0)
    share = np.sort(np.clip(share, 0.0, 0.97), axis=1)
    length = np.maximum(deals["close"] - deals["created"], 1)
    time = deals["created"][:, None] + (share * length[:, None]).astype(np.int64)
    is_entered = _reached(rng, deals["status"]) & ~_skipped(rng, count)
    is_entered &= (deals["status"] != OPEN)[:, None] | (time < setting.now)
    is_entered[:, 0] = True
    deal, stage = np.nonzero(is_entered)
    history = {"deal": deal, "stage": stage, "time": time[deal, stage]}
    return _in_order(_with(_with(history, _set_backs(rng, history)), _ends(deals)))


def last_stages(history: Table, deals: int) -> np.ndarray:
    """The stage that each deal is in now."""
    stage = np.zeros(deals, dtype=np.int64)
    stage[history["deal"]] = history["stage"]  # rows are in order of time: the last one stays
    return stage


def _reached(rng: np.random.Generator, status: np.ndarray) -> np.ndarray:
    furthest = np.where(status == LOST, rng.geometric(_LOST_PER_STAGE, len(status)), _OPEN_STAGES)
    return np.arange(_OPEN_STAGES) < furthest[:, None]


def _skipped(rng: np.random.Generator, count: int) -> np.ndarray:
    return rng.random((count, _OPEN_STAGES)) < _SKIPPED


def _set_backs(rng: np.random.Generator, history: Table) -> Table:
    """Some deals fall back to the stage before, soon after they entered one; they do not climb again."""
    is_last = np.append(history["deal"][1:] != history["deal"][:-1], True)
    rows = np.flatnonzero(is_last & (history["stage"] > 1) & (rng.random(len(is_last)) < _SET_BACK))
    later = rng.integers(3_600, 6 * 3_600, len(rows))
    return {"deal": history["deal"][rows], "stage": history["stage"][rows] - 1, "time": history["time"][rows] + later}


def _ends(deals: Table) -> Table:
    rows = np.flatnonzero(deals["status"] != OPEN)
    stage = np.where(deals["status"][rows] == WON, CLOSED_WON, CLOSED_LOST)
    return {"deal": rows, "stage": stage, "time": deals["close"][rows]}


def _with(history: Table, more: Table) -> Table:
    return {name: np.concatenate([column, more[name]]) for name, column in history.items()}


def _in_order(history: Table) -> Table:
    order = np.lexsort((history["time"], history["deal"]))
    return {name: column[order] for name, column in history.items()}
