"""What engaged partners do on a deal and when: activities, and the integrations that were in place."""

import numpy as np

from sandbox.picklists import ACTIVITY_TYPES
from sandbox.simulator.calendar import at_work
from sandbox.simulator.setting import Setting
from sandbox.simulator.settings import INTEGRATION_KIND, SOURCE_KIND
from sandbox.simulator.table import DAY, NO_TIME, Table, chosen_by_row, size

REFERRAL, CO_SELL, INTRO, CALL, CONTENT, ENABLED, LEAD, SERVICES = range(len(ACTIVITY_TYPES))
# What partners of each type do (rows: PARTNER_TYPES, columns: ACTIVITY_TYPES).
_DOES = np.array(
    [
        [0.03, 0.12, 0.10, 0.22, 0.25, 0.18, 0.02, 0.08],
        [0.10, 0.28, 0.15, 0.30, 0.12, 0.00, 0.00, 0.05],
        [0.05, 0.22, 0.25, 0.20, 0.28, 0.00, 0.00, 0.00],
        [0.40, 0.05, 0.35, 0.12, 0.08, 0.00, 0.00, 0.00],
        [0.05, 0.18, 0.10, 0.25, 0.08, 0.02, 0.00, 0.32],
        [0.12, 0.12, 0.15, 0.18, 0.25, 0.00, 0.00, 0.18],
        [0.02, 0.05, 0.03, 0.05, 0.15, 0.02, 0.65, 0.03],
    ]
)
# Where in a sales cycle each kind of activity lies: parameters of a beta distribution over it.
_EARLY = np.array([1.0, 1.5, 1.3, 2.0, 1.3, 2.0, 1.0, 2.5])
_LATE = np.array([4.0, 2.5, 3.0, 1.8, 1.6, 2.0, 4.0, 1.5])
_BEFORE_CREATION = 0.06  # share of activities that came up to forty days before the deal was opened
_REFERRAL_LOGGED = np.array([0.4, 0.65])  # share of sources (registered, referred) that also log a referral


def draw_kinds(setting: Setting, engagements: Table) -> Table:
    """The activities of each engagement, without their times: deal, partner, kind, is_source."""
    rng, count = setting.rng, size(engagements)
    row = np.repeat(np.arange(count), 1 + rng.poisson(setting.settings.extra_touches, count))
    partner = engagements["partner"][row]
    return {
        "deal": engagements["deal"][row],
        "partner": partner,
        "kind": chosen_by_row(rng, _DOES, setting.partners["kind"][partner]),
        "is_source": engagements["is_source"][row],
    }


def has_co_sell(activities: Table, deals: int) -> np.ndarray:
    """For each deal, whether a partner sold alongside: co-selling or a joint call."""
    co_selling = np.isin(activities["kind"], (CO_SELL, CALL))
    return np.bincount(activities["deal"][co_selling], minlength=deals) > 0


def place(setting: Setting, activities: Table, draft: Table, close: np.ndarray) -> Table:
    """The activities with the ``time`` of each: within the cycle of its deal, a few before it."""
    rng, kind, deal = setting.rng, activities["kind"], activities["deal"]
    created = draft["created"][deal]
    share = rng.beta(_EARLY[kind], _LATE[kind])
    within = created + (share * (close[deal] - created)).astype(np.int64)
    is_before = (rng.random(len(deal)) < _BEFORE_CREATION) & (kind != SERVICES)
    before = created - (rng.random(len(deal)) * 40 * DAY).astype(np.int64)
    time = at_work(rng, np.where(is_before, before, within), draft["region"][deal])
    return activities | {"time": np.minimum(time, close[deal] - 3600), "counts": np.ones(len(deal), bool)}


def logged_referrals(setting: Setting, sources: Table, draft: Table) -> Table:
    """Referrals that source partners logged before the deal began. The same event as the source: it counts no more."""
    rng = setting.rng
    rows = np.flatnonzero(rng.random(size(sources)) < _REFERRAL_LOGGED[sources["method"]])
    deal = sources["deal"][rows]
    time = draft["created"][deal] - (rng.random(len(rows)) * 25 * DAY).astype(np.int64)
    return {
        "deal": deal,
        "partner": sources["partner"][rows],
        "kind": np.full(len(rows), REFERRAL),
        "is_source": np.ones(len(rows), bool),
        "time": at_work(rng, time, draft["region"][deal]),
        "counts": np.zeros(len(rows), bool),
    }


def source_touches(sources: Table) -> Table:
    """The sources as touchpoints. One where sales was first brought nothing: it does not count."""
    return {
        "deal": sources["deal"],
        "partner": sources["partner"],
        "kind": np.full(size(sources), SOURCE_KIND),
        "is_source": np.ones(size(sources), bool),
        "time": sources["when"],
        "counts": ~sources["sales_first"],
    }


def integration_touches(integrations: Table, draft: Table, close: np.ndarray) -> Table:
    """Each integration that was in place while the deal was open, as a touchpoint with its ``integration`` row."""
    order = np.argsort(integrations["account"], kind="stable")
    accounts = integrations["account"][order]
    first = np.searchsorted(accounts, draft["account"], side="left")
    count = np.searchsorted(accounts, draft["account"], side="right") - first
    deal = np.repeat(np.arange(size(draft)), count)
    offset = np.arange(len(deal)) - np.repeat(np.cumsum(count) - count, count)
    row = order[np.repeat(first, count) + offset]
    disabled = integrations["disabled"][row]
    is_on = (integrations["enabled"][row] < close[deal]) & ((disabled == NO_TIME) | (disabled > draft["created"][deal]))
    deal, row = deal[is_on], row[is_on]
    return {
        "deal": deal,
        "partner": integrations["partner"][row],
        "kind": np.full(len(row), INTEGRATION_KIND),
        "is_source": np.zeros(len(row), bool),
        "time": integrations["enabled"][row],
        "counts": np.ones(len(row), bool),
        "integration": row,
    }
