"""Deals as they begin: whose, of which type, when, how large. What becomes of them is decided elsewhere."""

import numpy as np

from sandbox.simulator.calendar import at_work, business_times
from sandbox.simulator.setting import Setting
from sandbox.simulator.settings import DEAL_TYPES
from sandbox.simulator.table import DAY, NO_TIME, Table, chosen, size, take

NEW_BUSINESS, EXPANSION, RENEWAL = range(len(DEAL_TYPES))
_TERMS = np.array([12, 24, 36])
_TERM_WEIGHTS = (0.68, 0.14, 0.18)
_RENEWED = 0.8  # share of ending contracts for which a renewal is opened
_EXPANDED = 0.32  # share of won deals that lead to an expansion in time
_BASE_RENEWALS = 0.6  # share of renewals in what comes of the installed base
_MONTH = 30.4375 * DAY
_RUN_UP_DAYS = 75  # deals that were already open when the data begin


def draft_new_business(setting: Setting, count: int) -> Table:
    """``count`` first deals with prospects, spread over the simulated years."""
    account = setting.rng.choice(np.flatnonzero(setting.accounts["customer_since"] == NO_TIME), count)
    kind = np.full(count, NEW_BUSINESS)
    return _draft(setting, account, kind, _created(setting, account), _list_prices(setting, account))


def draft_follow_ups(setting: Setting, won: Table) -> Table:
    """The renewals and expansions that ``won`` deals (with ``close``, ``term``, ``list``) lead to before ``now``."""
    rng, count = setting.rng, size(won)
    ends = won["close"] + (won["term"] * _MONTH).astype(np.int64)
    renewal = ends - rng.integers(60, 110, count) * DAY
    expansion = won["close"] + rng.integers(60, 520, count) * DAY
    created = np.concatenate([renewal, expansion])
    is_wanted = np.concatenate([rng.random(count) < _RENEWED, rng.random(count) < _EXPANDED])
    kind = np.repeat([RENEWAL, EXPANSION], count)
    factor = np.concatenate([rng.normal(1.03, 0.08, count), rng.lognormal(-0.8, 0.35, count)])
    lists = np.concatenate([won["list"], won["list"]]) * np.clip(factor, 0.1, 2.0)
    account = np.concatenate([won["account"], won["account"]])
    rows = np.flatnonzero(is_wanted & (created < setting.now - DAY))
    region = setting.accounts["region"][account[rows]]
    created = np.minimum(at_work(rng, created[rows], region), setting.now - DAY // 2)
    return _draft(setting, account[rows], kind[rows], created, lists[rows])


def draft_installed_base(setting: Setting, count: int) -> Table:
    """``count`` renewals and expansions with customers from before the data begin."""
    account = setting.rng.choice(np.flatnonzero(setting.accounts["customer_since"] != NO_TIME), count)
    kind = np.where(setting.rng.random(count) < _BASE_RENEWALS, RENEWAL, EXPANSION)
    lists = _list_prices(setting, account) * np.where(kind == RENEWAL, 1.0, 0.5)
    return _draft(setting, account, kind, _created(setting, account), lists)


def at_most(setting: Setting, draft: Table, count: int) -> Table:
    """A random ``count`` of the drafts, or all where there are fewer."""
    rows = setting.rng.permutation(size(draft))[:count]
    return take(draft, np.sort(rows))


def _created(setting: Setting, account: np.ndarray) -> np.ndarray:
    span = range(setting.span.start - _RUN_UP_DAYS, setting.span.stop)
    return business_times(setting.rng, setting.settings, span, setting.accounts["region"][account])


def _list_prices(setting: Setting, account: np.ndarray) -> np.ndarray:
    settings = setting.settings
    factor = np.asarray(settings.segment_amount_factor)[setting.accounts["segment"][account]]
    return settings.median_amount_usd * factor * setting.rng.lognormal(0.0, settings.amount_sigma, len(account))


def _draft(setting: Setting, account: np.ndarray, kind: np.ndarray, created: np.ndarray, lists: np.ndarray) -> Table:
    rng, accounts, count = setting.rng, setting.accounts, len(account)
    share = setting.settings.account_quality_share
    own = rng.standard_normal(count)
    return {
        "account": account,
        "kind": kind,
        "created": created,
        "segment": accounts["segment"][account],
        "region": accounts["region"][account],
        "quality": share * accounts["quality"][account] + np.sqrt(1 - share**2) * own,
        "term": _TERMS[chosen(rng, _TERM_WEIGHTS, count)],
        "list": np.maximum(np.round(lists / 50) * 50, 50.0),
    }
