"""Activities that are wrong, each in one way: a pipeline has to set each aside, or flag it, for its own reason."""

from collections.abc import Callable

import numpy as np

from sandbox.picklists import ACTIVITY_TYPES
from sandbox.simulator.activities import OTHER_TYPE, new_activities
from sandbox.simulator.deal_facts import UNKNOWN
from sandbox.simulator.outcome import OPEN
from sandbox.simulator.play import Played
from sandbox.simulator.setting import Setting
from sandbox.simulator.table import DAY, NO_TIME, NOBODY, Table, picks, size, stack, take
from sandbox.simulator.touches import CALL, ENABLED, REFERRAL

_SHARE = 0.008  # of all activities, for each way to be wrong
_FEWEST = 4


def wrong_activities(setting: Setting, played: Played, right: Table) -> dict[str, Table]:
    """Tables like ``right``, by the way in which their rows are wrong."""
    makers: dict[str, Callable[[Setting, Played, int], Table]] = {
        "after_close": _after_close,
        "unknown_deal": _unknown_deal,
        "unknown_partner": _unknown_partner,
        "unknown_type": _unknown_type,
        "unrelated": _unrelated,
        "no_deal_in_window": _no_deal_in_window,
        "before_joining": _before_joining,
        "too_old": _too_old,
        "in_future": _in_future,
        "no_time": _no_time,
        "logged_after_close": _logged_after_close,
        "repeated_referral": _repeated_referral,
        "names_integration": _names_integration,
    }
    count = max(_FEWEST, round(_SHARE * size(right)))
    made = {name: make(setting, played, count) for name, make in makers.items()}
    return made | {"superseded": _superseded(setting, right, 2 * count)}


def _on_deals(setting: Setting, deal: np.ndarray, occurred: np.ndarray) -> Table:
    rng = setting.rng
    partner = rng.integers(0, size(setting.partners), len(deal))
    kind = rng.integers(CALL - 2, CALL + 1, len(deal))
    return new_activities(setting, partner, kind, occurred) | {"deal": deal}


def _decided_deals(setting: Setting, played: Played, count: int) -> np.ndarray:
    """Deals that closed at least fifty days ago."""
    deals = played.deals
    old = np.flatnonzero((deals["status"] != OPEN) & (deals["close"] < setting.now - 50 * DAY))
    return picks(setting.rng, old, count)


def _inside(setting: Setting, played: Played, deal: np.ndarray) -> np.ndarray:
    """A time in the cycle of each deal, before now."""
    created = played.deals["created"][deal]
    ends = np.minimum(played.deals["close"][deal], setting.now)
    return created + (setting.rng.uniform(0.1, 0.9, len(deal)) * (ends - created)).astype(np.int64)


def _after_close(setting: Setting, played: Played, count: int) -> Table:
    deal = _decided_deals(setting, played, count)
    return _on_deals(setting, deal, played.deals["close"][deal] + setting.rng.integers(2, 40, len(deal)) * DAY)


def _unknown_deal(setting: Setting, played: Played, count: int) -> Table:
    deal = _decided_deals(setting, played, count)
    return _on_deals(setting, np.full(len(deal), UNKNOWN), _inside(setting, played, deal))


def _unknown_partner(setting: Setting, played: Played, count: int) -> Table:
    deal = _decided_deals(setting, played, count)
    return _on_deals(setting, deal, _inside(setting, played, deal)) | {"partner": np.full(len(deal), UNKNOWN)}


def _unknown_type(setting: Setting, played: Played, count: int) -> Table:
    deal = _decided_deals(setting, played, count)
    return _on_deals(setting, deal, _inside(setting, played, deal)) | {"kind": np.full(len(deal), OTHER_TYPE)}


def _unrelated(setting: Setting, played: Played, count: int) -> Table:
    deal = _decided_deals(setting, played, count)
    return _on_deals(setting, np.full(len(deal), NOBODY), _inside(setting, played, deal))


def _no_deal_in_window(setting: Setting, played: Played, count: int) -> Table:
    """On accounts, long before their first deal began; on some that never had one."""
    deals = played.deals
    first = np.full(size(setting.accounts), setting.now)
    np.minimum.at(first, deals["account"], deals["created"])
    account = setting.rng.integers(0, size(setting.accounts), count)
    occurred = first[account] - setting.rng.integers(120, 300, count) * DAY
    return _on_deals(setting, np.full(count, NOBODY), occurred) | {"account": account}


def _before_joining(setting: Setting, played: Played, count: int) -> Table:
    """By partners that joined only after the activity, on deals that were open then."""
    late = np.flatnonzero(setting.partners["joined"] > setting.span.start * DAY)
    partner = picks(setting.rng, late, count)
    joined = setting.partners["joined"][partner]
    by_creation = played.deals["created"]  # deals are in this order
    place = np.searchsorted(by_creation, joined - 10 * DAY) - 1 - setting.rng.integers(0, 5, len(partner))
    deal = np.maximum(place, 0)
    occurred = np.minimum(_inside(setting, played, deal), joined - DAY)
    return _on_deals(setting, deal, occurred) | {"partner": partner}


def _too_old(setting: Setting, played: Played, count: int) -> Table:
    deal = _decided_deals(setting, played, count)
    return _on_deals(setting, deal, played.deals["close"][deal] - setting.rng.integers(380, 700, len(deal)) * DAY)


def _in_future(setting: Setting, played: Played, count: int) -> Table:
    """Calls that are planned, not held."""
    open_deals = np.flatnonzero(played.deals["status"] == OPEN)
    deal = picks(setting.rng, open_deals, count)
    ahead = setting.rng.integers(1, 30, len(deal)) * DAY
    logged = setting.now - setting.rng.integers(1, 10, len(deal)) * DAY
    return _on_deals(setting, deal, setting.now + ahead) | {"logged": logged}


def _no_time(setting: Setting, played: Played, count: int) -> Table:
    deal = _decided_deals(setting, played, count)
    return _on_deals(setting, deal, _inside(setting, played, deal)) | {"occurred": np.full(len(deal), NO_TIME)}


def _logged_after_close(setting: Setting, played: Played, count: int) -> Table:
    """True ones, on deals that have partner touchpoints anyway, but entered after the deal had closed."""
    deal = _touched_deals(setting, played, count)
    logged = played.deals["close"][deal] + setting.rng.integers(2, 40, len(deal)) * DAY
    return _on_deals(setting, deal, _inside(setting, played, deal)) | {"logged": logged}


def _touched_deals(setting: Setting, played: Played, count: int) -> np.ndarray:
    deals = played.deals
    touched = np.bincount(played.touches["deal"], minlength=size(deals)) > 0
    long_closed = (deals["status"] != OPEN) & (deals["close"] < setting.now - 50 * DAY)
    return picks(setting.rng, np.flatnonzero(touched & long_closed), count)


def _repeated_referral(setting: Setting, played: Played, count: int) -> Table:
    """The referral that brought a deal, logged once more by someone else a few days later."""
    sources = take(played.sources, picks(setting.rng, np.arange(size(played.sources)), count))
    occurred = np.minimum(sources["when"] + setting.rng.integers(1, 6, size(sources)) * DAY, setting.now - DAY)
    table = new_activities(setting, sources["partner"], np.full(size(sources), REFERRAL), occurred)
    return table | {"deal": sources["deal"]}


def _names_integration(setting: Setting, played: Played, count: int) -> Table:
    """Integrations that partners also log as activities: the same event told twice."""
    integrations = setting.integrations
    on_deals = np.flatnonzero(np.isin(integrations["account"], played.deals["account"]))
    row = picks(setting.rng, on_deals, count)
    kind = np.full(len(row), ENABLED)
    table = new_activities(setting, integrations["partner"][row], kind, integrations["enabled"][row] + 7_200)
    names = np.where(setting.rng.random(len(row)) < 0.6, row, NOBODY)
    return table | {"account": integrations["account"][row], "integration": names}


def _superseded(setting: Setting, right: Table, count: int) -> Table:
    """What was logged at first of activities that were corrected since. ``number`` says which: the row in ``right``."""
    rng = setting.rng
    rows = rng.choice(size(right), min(count, size(right)), replace=False)
    table = take(right, rows)
    other_kind = (table["kind"] + rng.integers(1, len(ACTIVITY_TYPES), len(rows))) % len(ACTIVITY_TYPES)
    logged = np.where(rng.random(len(rows)) < 0.15, NO_TIME, table["logged"] - rng.integers(1, 96, len(rows)) * 3_600)
    return table | {"number": rows, "kind": other_kind, "logged": logged}


def with_wrong(right: Table, wrong: dict[str, Table]) -> Table:
    """All activities, right ones first; each new one has a ``number`` of its own, corrections share theirs."""
    everything = stack([right, *wrong.values()])
    own = np.arange(size(everything))
    return everything | {"number": np.where(everything["number"] == NOBODY, own, everything["number"])}
