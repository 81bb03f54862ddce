"""Which partners take part in which deals, and in what capacity. They select good deals: that is the confounder."""

import numpy as np

from sandbox.picklists import SEGMENTS
from sandbox.simulator.partners import EVERYWHERE
from sandbox.simulator.setting import Setting
from sandbox.simulator.table import DAY, NOBODY, Table, logistic, size, take

REGISTERED, REFERRED = 0, 1  # how a source is known: by a deal registration, or by the deal's lead source alone
# How readily partners of each type (order of PARTNER_TYPES) bring deals, and join deals that others brought.
_BRINGS = np.array([0.15, 1.6, 0.7, 2.2, 0.5, 0.8, 0.9])
_JOINS = np.array([1.0, 1.0, 0.5, 0.4, 1.3, 0.7, 0.6])
_REGION_FIT = (1.0, 0.7, 0.02)  # a partner's weight in its own region, of a partner everywhere, elsewhere
_DRAWS = 5  # a partner that had not joined yet is drawn again so often
_ENTERPRISE = SEGMENTS.index("Enterprise")
_SECOND, _THIRD = 0.22, 0.06  # share of partner deals with a second, and a third partner


def find_sources(setting: Setting, draft: Table) -> Table:
    """One row per deal that a partner brought or claims: deal, partner, method, when, and if sales was there first.

    ``when`` is the registration's submission, or the deal's creation where only the lead source tells.
    """
    rng, settings = setting.rng, setting.settings
    logit = np.asarray(settings.sourced_logit)[draft["kind"]] + 0.8 * settings.selection * draft["quality"]
    logit = logit + _trend(setting, draft)
    deal = np.flatnonzero(rng.random(size(draft)) < logistic(logit))
    partner = _pick(setting, _BRINGS, draft["region"][deal], draft["created"][deal] - 70 * DAY)
    deal, partner = deal[partner != NOBODY], partner[partner != NOBODY]
    method = np.where(rng.random(len(deal)) < settings.registered_share, REGISTERED, REFERRED)
    lead = (rng.gamma(2.0, 9.0, len(deal)).clip(0.2, 62) * DAY).astype(np.int64)
    created = draft["created"][deal]
    return {
        "deal": deal,
        "partner": partner,
        "method": method,
        "when": np.where(method == REGISTERED, created - lead, created),
        "sales_first": rng.random(len(deal)) < settings.sales_first_share,
    }


def find_engagements(setting: Setting, draft: Table, sources: Table) -> Table:
    """One row per partner that works on a deal: deal, partner, and whether it is the deal's source."""
    joining = _joining(setting, draft)
    stays = take(sources, setting.rng.random(size(sources)) < setting.settings.source_stays_engaged)
    deal = np.concatenate([stays["deal"], joining["deal"]])
    partner = np.concatenate([stays["partner"], joining["partner"]])
    is_source = np.concatenate([np.ones(size(stays), bool), np.zeros(size(joining), bool)])
    source_of = np.full(size(draft), NOBODY)
    source_of[sources["deal"]] = sources["partner"]
    is_new = is_source | (source_of[deal] != partner)
    pairs = deal * (size(setting.partners) + 1) + partner
    _, first = np.unique(np.where(is_new, pairs, -1), return_index=True)
    kept = first[is_new[first]]
    return {"deal": deal[kept], "partner": partner[kept], "is_source": is_source[kept]}


def _joining(setting: Setting, draft: Table) -> Table:
    rng, settings = setting.rng, setting.settings
    logit = np.asarray(settings.engaged_logit)[draft["kind"]] + settings.selection * draft["quality"]
    logit = logit + _trend(setting, draft) + 0.3 * (draft["segment"] == _ENTERPRISE)
    first = np.flatnonzero(rng.random(size(draft)) < logistic(logit))
    second = first[rng.random(len(first)) < _SECOND]
    third = first[rng.random(len(first)) < _THIRD]
    deal = np.concatenate([first, second, third])
    partner = _pick(setting, _JOINS, draft["region"][deal], draft["created"][deal])
    return {"deal": deal[partner != NOBODY], "partner": partner[partner != NOBODY]}


def _trend(setting: Setting, draft: Table) -> np.ndarray:
    """The programme grows: partners take part in more deals each year. Zero in the middle of the simulated years."""
    years = (draft["created"] - setting.now) / (365.25 * DAY) + setting.settings.years / 2
    return setting.settings.engaged_trend_per_year * years


def _pick(setting: Setting, readiness: np.ndarray, regions: np.ndarray, times: np.ndarray) -> np.ndarray:
    """A partner for each region and time, one that had joined by then; NOBODY where none was found."""
    picked = np.full(len(regions), NOBODY)
    for _ in range(_DRAWS):
        open_rows = np.flatnonzero(picked == NOBODY)
        drawn = _drawn(setting, readiness, regions[open_rows])
        had_joined = setting.partners["joined"][drawn] <= times[open_rows]
        picked[open_rows[had_joined]] = drawn[had_joined]
    return picked


def _drawn(setting: Setting, readiness: np.ndarray, regions: np.ndarray) -> np.ndarray:
    drawn = np.zeros(len(regions), dtype=np.int64)
    for region in np.unique(regions):
        rows = np.flatnonzero(regions == region)
        cumulative = np.cumsum(_weights(setting.partners, readiness, int(region)))
        drawn[rows] = np.searchsorted(cumulative, setting.rng.random(len(rows)) * cumulative[-1], side="right")
    return drawn


def _weights(partners: Table, readiness: np.ndarray, region: int) -> np.ndarray:
    own, everywhere, elsewhere = _REGION_FIT
    fit = np.where(partners["region"] == region, own, np.where(partners["region"] == EVERYWHERE, everywhere, elsewhere))
    return partners["activity"] * readiness[partners["kind"]] * fit * (partners["status"] == 0)
