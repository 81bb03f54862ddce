"""Deal registrations: those that brought deals, rivals for the same account, late ones, and those without a deal."""

import numpy as np

from sandbox.simulator.engagement import REGISTERED
from sandbox.simulator.outcome import OPEN
from sandbox.simulator.play import Played
from sandbox.simulator.setting import Setting
from sandbox.simulator.table import DAY, NO_TIME, NOBODY, Table, size, some, stack, take

SUBMITTED, APPROVED, REJECTED, EXPIRED = range(4)
_VALID_DAYS = np.array([90, 120, 180])
_NAMES_DEAL = 0.7  # share of registrations that name the deal; the others name only its account
_LATER_EXPIRED = 0.15  # share of approved ones whose status has turned to Expired since
_RIVALS = 0.14  # per registered deal
_LATE = 0.015  # per deal that no partner brought
_FRUITLESS = 0.25  # per registered deal: accounts registered without a deal, or with one long after


def simulate_registrations(setting: Setting, played: Played) -> tuple[Table, np.ndarray]:
    """One row per registration, in order of submission; and the row of each deal's own registration (NOBODY: none)."""
    own_sources = take(played.sources, played.sources["method"] == REGISTERED)
    own = _approved(setting, played.deals, own_sources["deal"], own_sources["partner"], own_sources["when"])
    others = [
        _rivals(setting, played.deals, own_sources),
        _late(setting, played),
        _fruitless(setting, played.deals, round(_FRUITLESS * size(own_sources)) + 8),
    ]
    parts = [own, *others]
    table = stack(parts)
    order = np.argsort(table["submitted"], kind="stable")
    place_of = np.empty(len(order), dtype=np.int64)
    place_of[order] = np.arange(len(order))
    row_of_deal = np.full(size(played.deals), NOBODY)
    row_of_deal[own_sources["deal"]] = place_of[: size(own)]
    return _known_by_now(take(table, order), setting.now), row_of_deal


def _registration(
    setting: Setting, deals: Table, deal: np.ndarray, partner: np.ndarray, submitted: np.ndarray
) -> Table:
    """Registrations of the accounts of ``deal``, decided within two weeks, valid for some months."""
    rng, count = setting.rng, len(deal)
    wait = (rng.gamma(2.0, 1.6, count).clip(0.1, 14) * DAY).astype(np.int64)
    return {
        "partner": partner,
        "account": deals["account"][deal],
        "deal": np.where(rng.random(count) < _NAMES_DEAL, deal, NOBODY),
        "submitted": submitted,
        "status": np.full(count, APPROVED),
        "decided": submitted + wait,
        "expires": submitted + rng.choice(_VALID_DAYS, count) * DAY,
    }


def _approved(setting: Setting, deals: Table, deal: np.ndarray, partner: np.ndarray, submitted: np.ndarray) -> Table:
    table = _registration(setting, deals, deal, partner, submitted)
    has_expired = (table["expires"] < setting.now) & (setting.rng.random(len(deal)) < _LATER_EXPIRED)
    is_open_ended = setting.rng.random(len(deal)) < 0.08
    expires = np.where(is_open_ended & ~has_expired, NO_TIME, table["expires"])
    return table | {"status": np.where(has_expired, EXPIRED, APPROVED), "expires": expires}


def _rivals(setting: Setting, deals: Table, sources: Table) -> Table:
    """Second partners that registered the same account: mostly refused, some approved all the same."""
    rng = setting.rng
    rows = some(rng, np.arange(size(sources)), _RIVALS, at_least=4)
    deal = sources["deal"][rows]
    offset = (rng.uniform(-20, 30, len(rows)) * DAY).astype(np.int64)
    partner = _other_partner(setting, sources["partner"][rows])
    submitted = np.minimum(sources["when"][rows] + offset, setting.now - DAY)
    table = _registration(setting, deals, deal, partner, submitted)
    status = rng.choice([REJECTED, APPROVED, SUBMITTED], len(rows), p=[0.62, 0.28, 0.10])
    status[:2] = (APPROVED, REJECTED)[: len(status)]
    decided = np.where(status == SUBMITTED, NO_TIME, table["decided"])
    return table | {"status": status, "decided": decided}


def _late(setting: Setting, played: Played) -> Table:
    """Registrations of deals that sales already worked on: after the deal began and after the first contact."""
    deals = played.deals
    is_sourced = np.zeros(size(deals), bool)
    is_sourced[played.sources["deal"]] = True
    deal = some(setting.rng, np.flatnonzero(~is_sourced & (deals["status"] != OPEN)), _LATE, at_least=4)
    share = setting.rng.uniform(0.2, 0.9, len(deal))
    submitted = deals["created"][deal] + (share * (deals["close"] - deals["created"])[deal]).astype(np.int64)
    partner = setting.rng.integers(0, size(setting.partners), len(deal))
    return _registration(setting, deals, deal, partner, submitted) | {"deal": deal}


def _fruitless(setting: Setting, deals: Table, count: int) -> Table:
    """Registrations that brought no deal: long before one, run out before it began, undecided, refused."""
    rng = setting.rng
    deal = rng.integers(0, size(deals), count)
    before = rng.integers(100, 330, count) * DAY
    partner = rng.integers(0, size(setting.partners), count)
    table = _registration(setting, deals, deal, partner, deals["created"][deal] - before)
    status = rng.choice([SUBMITTED, APPROVED, REJECTED, EXPIRED], count)
    status[:4] = np.arange(4)[: len(status)]
    is_undecided = (status == SUBMITTED) | ((status == EXPIRED) & (rng.random(count) < 0.5))
    decided = np.where(is_undecided, NO_TIME, table["decided"])
    names_deal = np.where(rng.random(count) < 0.3, table["deal"], NOBODY)
    return table | {"status": status, "decided": decided, "deal": names_deal}


def _other_partner(setting: Setting, partner: np.ndarray) -> np.ndarray:
    count = size(setting.partners)
    return (partner + setting.rng.integers(1, count, len(partner))) % count


def _known_by_now(table: Table, now: int) -> Table:
    """Decisions that are yet to be taken leave the registration submitted."""
    is_ahead = (table["decided"] != NO_TIME) & (table["decided"] >= now)
    status = np.where(is_ahead, SUBMITTED, table["status"])
    return table | {"status": status, "decided": np.where(is_ahead, NO_TIME, table["decided"])}
