"""The partners of the programme: types, tiers, parents, when they joined and how much they do."""

import numpy as np

from sandbox.picklists import PARTNER_TYPES, REGIONS
from sandbox.simulator.names import partner_names
from sandbox.simulator.settings import SimulatorSettings
from sandbox.simulator.table import DAY, NO_TIME, NOBODY, Table, chosen

_RESELLER = PARTNER_TYPES.index("Reseller")
_DISTRIBUTOR = PARTNER_TYPES.index("Distributor")
EVERYWHERE = len(REGIONS)
_TIER_ACTIVITY = np.array([4.0, 2.2, 1.2, 0.6])
STATUSES = ("Active", "Onboarding", "Inactive")
_ONBOARDING_DAYS = 75


def simulate_partners(rng: np.random.Generator, settings: SimulatorSettings, deals: int, now: int) -> Table:
    """One row per partner. ``activity`` is how often it is met, ``parent`` the row of its distributor or NOBODY."""
    count = partner_count(settings, deals)
    kind = _at_least_one_each(rng, settings.partner_type_shares, count)
    tier = chosen(rng, settings.tier_shares, count)
    joined = _joined(rng, settings, count, now)
    status = np.where(now - joined < _ONBOARDING_DAYS * DAY, 1, np.where(rng.random(count) < 0.05, 2, 0))
    certified = joined + rng.integers(20, 200, count) * DAY
    is_certified = (rng.random(count) < 0.55) & (certified < now)
    has_signed = (status != 1) | (rng.random(count) < 0.5)
    return {
        "name": np.array(partner_names(rng, kind), dtype=object),
        "kind": kind,
        "tier": tier,
        "status": status,
        "region": np.where(rng.random(count) < 0.3, EVERYWHERE, chosen(rng, settings.region_shares, count)),
        "joined": joined,
        "signed": np.where(has_signed, joined - rng.integers(0, 30, count) * DAY, NO_TIME),
        "certified": np.where(is_certified, certified, NO_TIME),
        "parent": _parents(rng, kind),
        "activity": _TIER_ACTIVITY[tier] * rng.lognormal(0.0, 0.6, count),
    }


def partner_count(settings: SimulatorSettings, deals: int) -> int:
    """Partners that a business with so many deals has."""
    grown = settings.partners_at_2000_deals * (deals / 2_000) ** settings.partner_growth_exponent
    return int(min(max(grown, 2 * len(PARTNER_TYPES)), settings.most_partners))


def _at_least_one_each(rng: np.random.Generator, shares: tuple[float, ...], count: int) -> np.ndarray:
    drawn = chosen(rng, shares, count)
    drawn[: len(shares)] = np.arange(len(shares))
    return rng.permutation(drawn)


def _joined(rng: np.random.Generator, settings: SimulatorSettings, count: int, now: int) -> np.ndarray:
    """Three in four joined before the data begin, the others since."""
    start = now - settings.days * DAY
    early = start - rng.integers(120, 1_500, count) * DAY
    late = start + (rng.random(count) * (settings.days - 20)).astype(np.int64) * DAY
    return np.where(rng.random(count) < 0.75, early, late) // DAY * DAY


def _parents(rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
    distributors = np.flatnonzero(kind == _DISTRIBUTOR)
    has_parent = (kind == _RESELLER) & (rng.random(len(kind)) < 0.6)
    return np.where(has_parent, rng.choice(distributors, len(kind)), NOBODY)
