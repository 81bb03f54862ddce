"""Plays deals from their beginning to their end: partners, cycle, touchpoints, outcome. Then lets won ones follow."""

from dataclasses import dataclass

import numpy as np

from sandbox.simulator import drafts, engagement, outcome, touches
from sandbox.simulator.setting import Setting
from sandbox.simulator.table import NOBODY, Table, size, stack, take

_FOLLOWING_ROUNDS = 2  # a renewal of a renewal is as far as three years reach


@dataclass(frozen=True)
class Played:
    """Deals with their ends, who brought them, and every touchpoint on them (``deal`` is the row in ``deals``)."""

    deals: Table
    sources: Table
    touches: Table


def play_all(setting: Setting, count: int) -> Played:
    """``count`` deals: new business first, then what follows from what was won, the rest from the installed base."""
    new = round(count * setting.settings.new_business_share)
    rounds = [_play(setting, drafts.draft_new_business(setting, new))]
    left = count - new
    for _ in range(_FOLLOWING_ROUNDS):
        won = take(rounds[-1].deals, rounds[-1].deals["status"] == outcome.WON)
        following = drafts.at_most(setting, drafts.draft_follow_ups(setting, won), left)
        left -= size(following)
        rounds.append(_play(setting, following))
    rounds.append(_play(setting, drafts.draft_installed_base(setting, left)))
    return _in_order_of_creation(rounds)


def _play(setting: Setting, draft: Table) -> Played:
    """The deals of one draft, played to their ends."""
    sources = engagement.find_sources(setting, draft)
    engaged = engagement.find_engagements(setting, draft, sources)
    activities = touches.draw_kinds(setting, engaged)
    close = outcome.planned_close(setting, draft, touches.has_co_sell(activities, size(draft)))
    own = [
        touches.place(setting, activities, draft, close),
        touches.logged_referrals(setting, sources, draft),
        touches.source_touches(sources),
    ]
    others = [part | {"integration": np.full(size(part), NOBODY)} for part in own]
    found = stack([*others, touches.integration_touches(setting.integrations, draft, close)])
    return _decided(setting, draft | {"close": close}, sources, found)


def _decided(setting: Setting, deals: Table, sources: Table, found: Table) -> Played:
    ends = np.minimum(deals["close"], setting.now)
    seen = take(found, found["time"] < ends[found["deal"]])
    effects = outcome.true_effects(setting, seen, ends)
    chance, without = outcome.win_chances(setting.settings, deals, seen, effects)
    status = outcome.statuses(setting, chance, deals["close"])
    parts = outcome.contributions(seen, effects, chance, without)
    played = deals | {"status": status, "chance": chance, "chance_without": without}
    return Played(played, sources, seen | {"effect": effects, "contribution": parts})


def _in_order_of_creation(rounds: list[Played]) -> Played:
    starts = np.cumsum([0, *(size(one.deals) for one in rounds[:-1])])
    deals = stack([one.deals for one in rounds])
    order = np.argsort(deals["created"], kind="stable")
    place_of = np.empty(len(order), dtype=np.int64)
    place_of[order] = np.arange(len(order))
    sources = stack([_moved(one.sources, start, place_of) for one, start in zip(rounds, starts, strict=True)])
    found = stack([_moved(one.touches, start, place_of) for one, start in zip(rounds, starts, strict=True)])
    return Played(take(deals, order), _by_deal(sources), _by_deal(found))


def _moved(table: Table, start: int, place_of: np.ndarray) -> Table:
    return table | {"deal": place_of[table["deal"] + start]}


def _by_deal(table: Table) -> Table:
    return take(table, np.argsort(table["deal"], kind="stable"))
