"""What sales wrote into the deals: amounts, lead sources, first contacts, categories, churn. Some of it is wrong."""

import numpy as np

from sandbox.picklists import CATEGORIES, LEAD_SOURCES
from sandbox.simulator.calendar import quarter_end
from sandbox.simulator.currency import choose_currencies, in_currency
from sandbox.simulator.engagement import REFERRED
from sandbox.simulator.outcome import OPEN, WON
from sandbox.simulator.play import Played
from sandbox.simulator.setting import Setting
from sandbox.simulator.settings import SOURCE_KIND
from sandbox.simulator.table import DAY, NO_TIME, NOBODY, Table, chosen, size, some, take

UNKNOWN = -2  # a reference to a record that the CRM does not show
PARTNER_REFERRAL = LEAD_SOURCES.index("Partner Referral")
SOURCED, INFLUENCED, DIRECT = range(len(CATEGORIES))
_DISCOUNTS = np.array([0.0, 0.05, 0.08, 0.10, 0.12, 0.15, 0.20, 0.25])
_DISCOUNTS_ALONE = (0.30, 0.15, 0.10, 0.17, 0.08, 0.10, 0.07, 0.03)
_DISCOUNTS_WITH_PARTNER = (0.14, 0.12, 0.10, 0.20, 0.10, 0.16, 0.12, 0.06)
_LEAD_WEIGHTS = (0.32, 0.12, 0.27, 0.12, 0.12, 0.05)
_QUARTER_END_DAYS = 10


def true_categories(played: Played) -> np.ndarray:
    """What each deal was, as far as the simulation knows: brought by a partner, helped by one, or neither."""
    count = size(played.deals)
    touched = np.bincount(played.touches["deal"], minlength=count) > 0
    brought = np.zeros(count, bool)
    is_source = (played.touches["kind"] == SOURCE_KIND) & played.touches["counts"]
    brought[played.touches["deal"][is_source]] = True
    return np.where(brought, SOURCED, np.where(touched, INFLUENCED, DIRECT))


def add_amounts(setting: Setting, deals: Table, rates: Table, has_partner: np.ndarray) -> Table:
    """``deals`` with currency, amount, list_amount, arr (in that currency), and amount_usd."""
    rng = setting.rng
    alone = chosen(rng, _DISCOUNTS_ALONE, size(deals))
    with_partner = chosen(rng, _DISCOUNTS_WITH_PARTNER, size(deals))
    amount_usd = deals["list"] * (1 - _DISCOUNTS[np.where(has_partner, with_partner, alone)])
    currency = choose_currencies(setting, deals["region"])
    amount = in_currency(amount_usd, currency, deals["close"], rates)
    knows_list = rng.random(size(deals)) < 0.93
    return deals | {
        "currency": currency,
        "amount_usd": amount_usd,
        "amount": amount,
        "list_amount": np.where(knows_list, in_currency(deals["list"], currency, deals["close"], rates), np.nan),
        "arr": np.round(amount * 12 / deals["term"], 2),
    }


def spoil_amounts(setting: Setting, deals: Table) -> Table:
    """A few deals without an amount, of zero, negative, below the floor of 1,000 dollars, or exactly on it."""
    rng, amount = setting.rng, deals["amount"].copy()
    everyone = np.arange(size(deals))
    amount[some(rng, np.flatnonzero(deals["status"] == OPEN), 0.05)] = np.nan
    amount[some(rng, np.flatnonzero(deals["status"] != OPEN), 0.005)] = np.nan
    amount[some(rng, everyone, 0.002)] = 0.0
    amount[some(rng, everyone, 0.001)] *= -1
    dollars = np.flatnonzero(deals["currency"] == 0)
    small = some(rng, dollars, 0.02, at_least=6)
    amount[small] = np.round(rng.uniform(90, 999.99, len(small)), 2)
    amount[some(rng, dollars, 0.001)] = 1_000.0
    return deals | {"amount": amount}


def add_sources(setting: Setting, played: Played) -> Table:
    """lead_source (row of LEAD_SOURCES), source_partner and first_contact of each deal."""
    rng, count = setting.rng, size(played.deals)
    sources = played.sources
    lead = chosen(rng, _LEAD_WEIGHTS, count)
    partner = np.full(count, NOBODY)
    is_noted = (sources["method"] == REFERRED) | (rng.random(size(sources)) < 0.55)
    noted = take(sources, is_noted)
    lead[noted["deal"]] = PARTNER_REFERRAL
    partner[noted["deal"]] = noted["partner"]
    mistaken = some(rng, np.flatnonzero(noted["method"] != REFERRED), 0.06)
    partner[noted["deal"][mistaken]] = (noted["partner"][mistaken] + 1) % size(setting.partners)
    unbrought = np.setdiff1d(np.arange(count), sources["deal"])
    lead[some(rng, unbrought, 0.005)] = PARTNER_REFERRAL
    strangers = some(rng, unbrought, 0.001)
    lead[strangers], partner[strangers] = PARTNER_REFERRAL, UNKNOWN
    return {"lead_source": lead, "source_partner": partner, "first_contact": _first_contacts(setting, played)}


def _first_contacts(setting: Setting, played: Played) -> np.ndarray:
    """When sales first spoke to the buyer. After the partner's word, but where sales was first; often not known."""
    rng, deals, sources = setting.rng, played.deals, played.sources
    contact = deals["created"] - (rng.exponential(6.0, size(deals)) * DAY).astype(np.int64)
    after = sources["when"] + (rng.uniform(0.2, 8.0, size(sources)) * DAY).astype(np.int64)
    before = sources["when"] - (rng.uniform(4.0, 40.0, size(sources)) * DAY).astype(np.int64)
    contact[sources["deal"]] = np.where(sources["sales_first"], before, after)
    is_known = rng.random(size(deals)) < 0.82
    is_known[sources["deal"][sources["sales_first"]]] = True
    return np.where(is_known & (contact < setting.now), contact, NO_TIME)


def report_categories(setting: Setting, deals: Table, truth: np.ndarray) -> np.ndarray:
    """The category that people filled in (NOBODY: none): mostly at a quarter's end, and often wrong."""
    rng = setting.rng
    days = deals["close"] // DAY
    is_at_end = quarter_end(days) - days < _QUARTER_END_DAYS
    filled = rng.random(size(deals)) < np.where(is_at_end, 0.7, 0.2)
    guess = np.where(rng.random(size(deals)) < 0.6, DIRECT, rng.integers(0, len(CATEGORIES), size(deals)))
    reported = np.where(rng.random(size(deals)) < 0.78, truth, guess)
    return np.where(filled & (deals["status"] != OPEN), reported, NOBODY)


def deal_churn(setting: Setting, deals: Table) -> np.ndarray:
    """When the revenue of a won deal was lost again, NO_TIME for most."""
    rng = setting.rng
    churned = np.full(size(deals), NO_TIME)
    won = np.flatnonzero(deals["status"] == WON)
    rows = some(rng, won, setting.settings.churned_deal_share)
    when = deals["close"][rows] + rng.integers(45, 420, len(rows)) * DAY
    churned[rows] = np.where(when < setting.now, when, NO_TIME)
    return churned


def account_churn(setting: Setting, deals: Table) -> np.ndarray:
    """When an account left, NO_TIME for most. Some came back: they left between two deals that they won."""
    rng = setting.rng
    churned = np.full(size(setting.accounts), NO_TIME)
    won = take(deals, np.flatnonzero(deals["status"] == WON))
    order = np.lexsort((won["close"], won["account"]))
    account, close = won["account"][order], won["close"][order]
    is_last = np.append(account[1:] != account[:-1], True) if len(account) else np.zeros(0, bool)
    leavers = some(rng, np.flatnonzero(is_last), setting.settings.churned_account_share)
    left = close[leavers] + rng.integers(60, 400, len(leavers)) * DAY
    churned[account[leavers]] = np.where(left < setting.now, left, NO_TIME)
    returners = some(rng, np.flatnonzero(~is_last & (np.append(close[1:], 0) - close > 40 * DAY)), 0.06)
    churned[account[returners]] = (close[returners] + close[returners + 1]) // 2
    return churned
