"""What the programme costs, what it is to reach, and where people overruled the attribution."""

import numpy as np

from sandbox.simulator.currency import in_currency
from sandbox.simulator.deal_facts import UNKNOWN
from sandbox.simulator.outcome import WON
from sandbox.simulator.partners import EVERYWHERE
from sandbox.simulator.play import Played
from sandbox.simulator.setting import Setting
from sandbox.simulator.table import DAY, NO_TIME, NOBODY, Table, picks, size, some, stack

CATEGORIES = (
    "market_development_funds",
    "co_marketing",
    "enablement",
    "partner_events",
    "partner_team",
    "partner_tooling",
    "direct_demand_gen",
)
_PARTNER_CATEGORIES = 4
_TEAM, _TOOLING, _DIRECT = range(_PARTNER_CATEGORIES, len(CATEGORIES))
# Chance of an investment in a partner in a month, and its part of what is spent on one, by tier (order of TIERS).
_INVESTED = np.array([0.30, 0.20, 0.10, 0.05])
_TIER_SPEND = np.array([4.0, 2.0, 1.0, 0.5])
_SMALLEST = 250.0  # US dollars
_REGION_CURRENCY = np.array([0, 1, 0, 0, 0])  # partners in EMEA are paid in euros
_COST_OF_SOURCED = 0.19  # programme cost as a share of the revenue that partners brought
_COST_OF_DIRECT = 0.11  # direct demand generation as a share of the rest
_SPENT_ON_PARTNERS = 0.55  # of the programme's cost; the rest is the team and its tools
REASONS = (
    "Partner closed the procurement call alone",
    "Agreed with the partner at the QBR",
    "Joint account plan names the split",
    "Registration was filed by the wrong entity",
    "Partner ran the proof of concept",
)


def simulate_investments(setting: Setting, deals: Table, is_sourced: np.ndarray, rates: Table) -> Table:
    """One row per investment: month (first day), category, partner (NOBODY: whole programme), amount, currency."""
    months = np.unique(np.arange(setting.span.start, setting.span.stop).astype("datetime64[D]").astype("datetime64[M]"))
    starts = months.astype("datetime64[D]").astype(np.int64)
    won = deals["status"] == WON
    sourced = deals["amount_usd"][won & is_sourced].sum() / len(months)
    direct = deals["amount_usd"][won & ~is_sourced].sum() / len(months)
    cost = max(_COST_OF_SOURCED * sourced, 1_000.0)
    table = stack(
        [
            _in_partners(setting, starts, cost * _SPENT_ON_PARTNERS),
            _monthly(setting, starts, _TEAM, cost * (1 - _SPENT_ON_PARTNERS) * 0.8),
            _monthly(setting, starts, _TOOLING, cost * (1 - _SPENT_ON_PARTNERS) * 0.2),
            _monthly(setting, starts, _DIRECT, max(_COST_OF_DIRECT * direct, 1_000.0)),
        ]
    )
    times = (table["month"] + 27) * DAY
    return table | {"amount": in_currency(table["amount"], table["currency"], times, rates)}


def _in_partners(setting: Setting, starts: np.ndarray, monthly_cost: float) -> Table:
    partners, rng = setting.partners, setting.rng
    chance = np.where(partners["status"] == 0, _INVESTED[partners["tier"]], 0.03)
    has_joined = partners["joined"][None, :] < starts[:, None] * DAY
    month, partner = np.nonzero((rng.random((len(starts), size(partners))) < chance) & has_joined)
    spend = _TIER_SPEND[partners["tier"][partner]] * np.sqrt(partners["activity"][partner])
    spend = spend * rng.lognormal(0.0, 0.5, len(partner))
    scale = monthly_cost * len(starts) / max(spend.sum(), 1.0)
    return {
        "month": starts[month],
        "category": rng.integers(0, _PARTNER_CATEGORIES, len(partner)),
        "partner": partner,
        "amount": np.maximum(np.round(spend * scale, -1), _SMALLEST),
        "currency": _REGION_CURRENCY[np.minimum(partners["region"][partner], EVERYWHERE)],
    }


def _monthly(setting: Setting, starts: np.ndarray, category: int, cost: float) -> Table:
    count = len(starts)
    return {
        "month": starts,
        "category": np.full(count, category),
        "partner": np.full(count, NOBODY),
        "amount": np.round(cost * setting.rng.normal(1.0, 0.06, count), -1),
        "currency": np.zeros(count, dtype=np.int64),
    }


PENDING, APPROVED, REJECTED = range(3)


def simulate_overrides(setting: Setting, played: Played, people: int) -> Table:
    """One row per override. Sound ones, and one or more of each kind that has to be refused.

    ``reason``, ``requested_by`` and ``approved_by`` (rows of the texts and people) are NOBODY where left out.
    """
    wanted = max(3, round(0.004 * size(played.deals)))
    deals, partners = _credited(setting, played, wanted + 8)
    table = _sound_overrides(setting, played, deals, partners, people)
    spoiled = {name: column[wanted:] for name, column in table.items()}
    _spoil(setting, spoiled)
    return stack([{name: column[:wanted] for name, column in table.items()}, spoiled])


def _credited(setting: Setting, played: Played, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Won deals of partners (any of theirs, where none is won), with one of the partners on each."""
    is_won = played.deals["status"][played.touches["deal"]] == WON
    candidates = np.flatnonzero(is_won if is_won.any() else np.ones_like(is_won))
    _, first = np.unique(played.touches["deal"][candidates], return_index=True)
    rows = candidates[_different(setting, first, count)]
    return played.touches["deal"][rows], played.touches["partner"][rows]


def _different(setting: Setting, candidates: np.ndarray, count: int) -> np.ndarray:
    """``count`` candidates, each once, as long as there are enough."""
    once = setting.rng.permutation(candidates)
    return np.concatenate([once, picks(setting.rng, candidates, max(count - len(once), 0))])[:count]


def _sound_overrides(setting: Setting, played: Played, deal: np.ndarray, partner: np.ndarray, people: int) -> Table:
    rng, count = setting.rng, len(deal)
    requested = np.minimum(played.deals["close"][deal] + rng.integers(1, 20, count) * DAY, setting.now - 3 * DAY)
    requester = rng.integers(0, people, count)
    return {
        "deal": deal,
        "partner": partner,
        "share": rng.choice([0.25, 0.3, 0.4, 0.5, 0.6, 1.0], count),
        "reason": rng.integers(0, len(REASONS), count),
        "requested_by": requester,
        "requested": requested,
        "approved_by": (requester + rng.integers(1, people, count)) % people,
        "approved": requested + rng.integers(1, 48, count) * 3_600,
        "status": np.full(count, APPROVED),
    }


def _spoil(setting: Setting, table: Table) -> None:
    """Makes the eight rows: pending, rejected, self-approved, no reason, no approver, two over 1, and a stranger."""
    undecided = slice(0, 1)
    table["status"][undecided] = PENDING
    table["approved_by"][undecided], table["approved"][undecided] = NOBODY, NO_TIME
    table["status"][1] = REJECTED
    table["approved_by"][2] = table["requested_by"][2]
    table["reason"][3] = NOBODY
    table["approved_by"][4] = NOBODY
    table["deal"][6] = table["deal"][5]
    table["share"][5:7] = (0.7, 0.6)
    others = np.setdiff1d(np.arange(size(setting.partners)), table["partner"][5:])
    table["partner"][6:8] = some(setting.rng, others, 0.0, at_least=2)
    table["share"][7] = 0.2


def unknown_deal_override(table: Table) -> Table:
    """One more row like the first, on a deal that the CRM does not show."""
    row = {name: column[:1].copy() for name, column in table.items()}
    row["deal"][:] = UNKNOWN
    return stack([table, row])
