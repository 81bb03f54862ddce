"""The whole simulated business: one call makes every table, from the partners to the corrections of activities."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from sandbox.simulator import accounts, activities, currency, deal_facts, partners, programme, stages, targets
from sandbox.simulator.names import PRODUCTS, people
from sandbox.simulator.outcome import LOST, OPEN, WON
from sandbox.simulator.play import Played, play_all
from sandbox.simulator.registrations import simulate_registrations
from sandbox.simulator.setting import Setting
from sandbox.simulator.settings import SimulatorSettings
from sandbox.simulator.table import DAY, NOBODY, Table, size, some, take
from sandbox.simulator.wrong_activities import with_wrong, wrong_activities

_DEALS_PER_SELLER = 70
_FEWEST_SELLERS = 6


@dataclass(frozen=True)
class World:
    """Every table of the business. ``played.touches`` is the truth: nothing of it, nor a ``chance``, may be served.

    ``activity_of_touch`` and ``registration_of_deal`` are rows in those tables, NOBODY where there is none.
    """

    setting: Setting
    played: Played
    people: list[str]
    deals: Table
    accounts: Table
    history: Table
    activities: Table
    registrations: Table
    investments: Table
    overrides: Table
    targets: Table
    rates: Table
    activity_of_touch: np.ndarray
    registration_of_deal: np.ndarray


def simulate(settings: SimulatorSettings, deals: int, seed: int, now: datetime) -> World:
    """A business of so many ``deals``. The same arguments give the same world."""
    setting = _found(settings, deals, seed, int(now.timestamp()))
    played = play_all(setting, deals)
    rates = currency.simulate_rates(setting)
    truth = deal_facts.true_categories(played)
    priced = deal_facts.add_amounts(setting, played.deals, rates, truth != deal_facts.DIRECT)
    names = people(setting.rng, max(_FEWEST_SELLERS, min(deals // _DEALS_PER_SELLER, 1_000)))
    facts = _facts(setting, played, priced, truth, len(names))
    log, activity_of_touch = _activity_log(setting, played)
    registrations, registration_of_deal = simulate_registrations(setting, played)
    overrides = programme.unknown_deal_override(programme.simulate_overrides(setting, played, len(names)))
    history = stages.simulate_history(setting, played.deals)
    return World(
        setting=setting,
        played=played,
        people=names,
        deals=facts | {"stage": stages.last_stages(history, deals)},
        accounts=setting.accounts | {"churned": deal_facts.account_churn(setting, played.deals)},
        history=history,
        activities=log,
        registrations=registrations,
        investments=programme.simulate_investments(setting, priced, truth == deal_facts.SOURCED, rates),
        overrides=overrides,
        targets=targets.simulate_targets(setting, priced),
        rates=rates,
        activity_of_touch=activity_of_touch,
        registration_of_deal=registration_of_deal,
    )


def _found(settings: SimulatorSettings, deals: int, seed: int, now: int) -> Setting:
    rng = np.random.default_rng(seed)
    everyone = partners.simulate_partners(rng, settings, deals, now)
    customers = accounts.simulate_accounts(rng, settings, deals, now)
    setting = Setting(rng, settings, everyone, customers, {}, now)
    return replace(setting, integrations=accounts.simulate_integrations(setting))


def _facts(setting: Setting, played: Played, priced: Table, truth: np.ndarray, sellers: int) -> Table:
    """The deals as the CRM knows them: what sales wrote, and what it got wrong."""
    rng, count = setting.rng, size(priced)
    spoiled = deal_facts.spoil_amounts(setting, priced)
    known = {name: column for name, column in spoiled.items() if name not in ("quality", "chance", "chance_without")}
    is_deleted = np.zeros(count, bool)
    is_deleted[some(rng, np.arange(count), 0.01)] = True
    facts = known | deal_facts.add_sources(setting, played)
    return facts | {
        "reported": deal_facts.report_categories(setting, spoiled, truth),
        "churned": deal_facts.deal_churn(setting, spoiled),
        "owner": rng.integers(0, sellers, count),
        "product": rng.integers(0, len(PRODUCTS), count),
        "is_deleted": is_deleted,
        "close": _written_close(setting, spoiled),
    }


def _written_close(setting: Setting, deals: Table) -> np.ndarray:
    """Close dates as they stand: some stalled deals keep one long past, a few won ones have one that is yet to come."""
    rng = setting.rng
    close = deals["close"].copy()
    recent = np.flatnonzero((deals["status"] == WON) & (close > setting.now - 120 * DAY))
    early = some(rng, recent, 0.004, at_least=2)
    close[early] = setting.now + rng.integers(3, 25, len(early)) * DAY
    return close


def _activity_log(setting: Setting, played: Played) -> tuple[Table, np.ndarray]:
    """All activities in the order in which they were logged, and the row of each touchpoint that is one."""
    right, touch_row = activities.log_activities(setting, played)
    everything = with_wrong(right, wrong_activities(setting, played, right))
    order = np.argsort(everything["logged"], kind="stable")
    place_of = np.empty(len(order), dtype=np.int64)
    place_of[order] = np.arange(len(order))
    activity_of_touch = np.full(size(played.touches), NOBODY)
    activity_of_touch[touch_row] = place_of[: len(touch_row)]
    log = take(everything | {"number": place_of[everything["number"]]}, order)
    return log, activity_of_touch


def counts_by_status(deals: Table) -> tuple[int, int, int]:
    """How many deals are open, won and lost."""
    return tuple(int((deals["status"] == status).sum()) for status in (OPEN, WON, LOST))  # type: ignore[return-value]
