"""The customers and prospects, and the partners' integrations that they have switched on."""

import numpy as np

from sandbox.picklists import PARTNER_TYPES
from sandbox.simulator.names import INDUSTRIES, account_names
from sandbox.simulator.setting import Setting
from sandbox.simulator.settings import SimulatorSettings
from sandbox.simulator.table import DAY, NO_TIME, Table, chosen, logistic

_TECHNOLOGY = PARTNER_TYPES.index("Technology")
_SECOND_INTEGRATION = 0.2  # share of the accounts with one that have another


def simulate_accounts(rng: np.random.Generator, settings: SimulatorSettings, deals: int, now: int) -> Table:
    """One row per account. ``quality`` (standard normal) is hidden; ``customer_since`` is NO_TIME for prospects.

    The last rows are the installed base: customers from before the data begin.
    """
    new = round(deals * settings.new_business_share * settings.accounts_per_new_business)
    old = max(round(deals * (1 - settings.new_business_share) * 0.3), 3)
    count = max(new, 3) + old
    industry = rng.integers(0, len(INDUSTRIES), count)
    start = now - settings.days * DAY
    is_old = np.arange(count) >= count - old
    since = start - rng.integers(200, 900, count) * DAY
    return {
        "name": np.array(account_names(rng, industry), dtype=object),
        "industry": industry,
        "segment": chosen(rng, settings.segment_shares, count),
        "region": chosen(rng, settings.region_shares, count),
        "quality": rng.standard_normal(count),
        "customer_since": np.where(is_old, since, NO_TIME),
    }


def simulate_integrations(setting: Setting) -> Table:
    """One row per integration of an account. Good accounts have them more often: partners select here too."""
    rng, settings, now = setting.rng, setting.settings, setting.now
    accounts, partners = setting.accounts, setting.partners
    logit = settings.account_integration_logit + settings.selection * accounts["quality"]
    first = np.flatnonzero(rng.random(len(logit)) < logistic(logit))
    account = np.concatenate([first, first[rng.random(len(first)) < _SECOND_INTEGRATION]])
    partner = _technology_partners(setting, len(account))
    enabled = _enabled(setting, partners["joined"][partner])
    is_off = rng.random(len(account)) < 0.12
    disabled = np.where(is_off, enabled + (rng.random(len(account)) * (now - enabled)).astype(np.int64), NO_TIME)
    used_until = np.where(is_off, disabled, now - rng.integers(1, 40, len(account)) * DAY)
    knows_use = rng.random(len(account)) < 0.7
    usage = rng.beta(2.2, 2.0, len(account))
    table = {
        "account": account,
        "partner": partner,
        "enabled": enabled,
        "disabled": disabled,
        "last_used": np.where(knows_use, np.maximum(enabled, used_until), NO_TIME),
        "usage": usage,
        "shows_usage": knows_use & (rng.random(len(account)) < 0.85),
    }
    return _one_per_pair(table)


def _technology_partners(setting: Setting, count: int) -> np.ndarray:
    partners = setting.partners
    candidates = np.flatnonzero(partners["kind"] == _TECHNOLOGY)
    return candidates[chosen(setting.rng, partners["activity"][candidates], count)]


def _enabled(setting: Setting, joined: np.ndarray) -> np.ndarray:
    earliest = np.maximum(joined, (setting.span.start - 300) * DAY)
    return earliest + (setting.rng.random(len(joined)) * (setting.now - DAY - earliest)).astype(np.int64)


def _one_per_pair(table: Table) -> Table:
    pairs = np.stack([table["account"], table["partner"]], axis=1)
    _, kept = np.unique(pairs, axis=0, return_index=True)
    return {name: column[kept] for name, column in table.items()}
