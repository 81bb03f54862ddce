"""The known truth of a simulated business, written beside the CRM and never served: what partners really changed."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sandbox.crm_rows import PREFIX, deal_ids, partner_ids
from sandbox.picklists import CATEGORIES
from sandbox.simulator.deal_facts import true_categories
from sandbox.simulator.outcome import OPEN, WON
from sandbox.simulator.settings import DEAL_TYPES, INTEGRATION_KIND, KINDS
from sandbox.simulator.table import NOBODY, size
from sandbox.simulator.world import World
from sandbox.wire_columns import Column, id_column, key_column, word_column

TOUCHES_FILE, DEALS_FILE, SUMMARY_FILE = "truth.parquet", "truth_deals.parquet", "truth.json"
STATUSES = ("open", "won", "lost")


def write_truth(folder: Path, world: World) -> None:
    """truth.parquet (deal x touchpoint), truth_deals.parquet (deal) and truth.json (effects and lifts)."""
    pq.write_table(touch_truth(world), folder / TOUCHES_FILE, compression="zstd")
    pq.write_table(deal_truth(world), folder / DEALS_FILE, compression="zstd")
    text = json.dumps(summary(world), indent=2)
    (folder / SUMMARY_FILE).write_text(text + "\n", encoding="utf-8")


def touch_truth(world: World) -> pa.Table:
    """One row per true touchpoint: which record tells of it, and what it added to the chance of winning its deal.

    ``win_probability_added`` sums over a deal to win_probability less win_probability_without_partners. A record that
    is not here (or has 0) changed nothing.
    """
    touches, deals = world.played.touches, world.played.deals
    deal = touches["deal"]
    return pa.table(
        {
            "deal_id": deal_ids(deal),
            "partner_id": partner_ids(touches["partner"]),
            "kind": word_column(_kind_names(), touches["kind"]),
            "record_id": _records(world),
            "activity_id": _activity_keys(world),
            "occurred_at": pa.array(touches["time"], pa.timestamp("s")),
            "logit_effect": touches["effect"],
            "win_probability_added": touches["contribution"],
            "win_probability": deals["chance"][deal],
            "win_probability_without_partners": deals["chance_without"][deal],
            "deal_status": word_column(STATUSES, deals["status"][deal]),
        }
    )


def deal_truth(world: World) -> pa.Table:
    """One row per deal: its true chances, its hidden quality, and what it truly was."""
    deals = world.played.deals
    return pa.table(
        {
            "deal_id": deal_ids(np.arange(size(deals))),
            "deal_status": word_column(STATUSES, deals["status"]),
            "deal_type": word_column(DEAL_TYPES, deals["kind"]),
            "true_category": word_column(CATEGORIES, true_categories(world.played)),
            "quality": deals["quality"],
            "amount_usd": world.deals["amount_usd"],
            "win_probability": deals["chance"],
            "win_probability_without_partners": deals["chance_without"],
        }
    )


def summary(world: World) -> dict[str, Any]:
    """The effects that were set, and what they came to in this world."""
    settings = world.setting.settings
    effects = settings.effects
    return {
        "logit_effects": dict(zip(_kind_names(), effects.by_kind, strict=True)),
        "half_life_days": effects.half_life_days,
        "tier_factors": effects.tier_factor,
        "co_sell_cycle_factor": effects.co_sell_cycle_factor,
        "selection": settings.selection,
        "by_kind": _by_kind(world),
        "win_rates": _lifts(world),
        "settings": asdict(settings),
    }


def _by_kind(world: World) -> dict[str, Any]:
    """Of decided deals: touchpoints of each kind, what they added to chances, and expected revenue in US dollars."""
    touches, deals = world.played.touches, world.played.deals
    is_decided = deals["status"][touches["deal"]] != OPEN
    kind, added = touches["kind"][is_decided], touches["contribution"][is_decided]
    revenue = added * world.deals["amount_usd"][touches["deal"][is_decided]]
    counts = np.bincount(kind, minlength=len(KINDS))
    wins = np.bincount(kind, weights=added, minlength=len(KINDS))
    money = np.bincount(kind, weights=revenue, minlength=len(KINDS))
    return {
        name: {"touchpoints": int(count), "wins_added": float(win), "revenue_added_usd": float(usd)}
        for name, count, win, usd in zip(_kind_names(), counts, wins, money, strict=True)
    }


def _lifts(world: World) -> dict[str, float]:
    """What a comparison of win rates shows, and what partners truly added to the deals that they touched."""
    deals = world.played.deals
    touched = np.bincount(world.played.touches["deal"], minlength=size(deals)) > 0
    is_decided, is_won = deals["status"] != OPEN, deals["status"] == WON
    with_partner, alone = is_decided & touched, is_decided & ~touched
    rates = [float(is_won[mask].mean()) if mask.any() else 0.0 for mask in (is_decided, with_partner, alone)]
    lift = (deals["chance"] - deals["chance_without"])[with_partner]
    return {
        "all": rates[0],
        "with_partner": rates[1],
        "without_partner": rates[2],
        "observed_difference": rates[1] - rates[2],
        "true_lift_of_touched": float(lift.mean()) if len(lift) else 0.0,
    }


def _kind_names() -> list[str]:
    return [kind.lower().replace(" ", "_").replace("-", "_") for kind in KINDS]


def _records(world: World) -> Column:
    """The record that tells of each touchpoint: an activity, an integration, a registration, or the deal itself."""
    touches = world.played.touches
    records = id_column(PREFIX["Partner_Activity__c"], world.activity_of_touch)
    integrations = id_column(PREFIX["Account_Integration__c"], touches["integration"])
    registrations = id_column(PREFIX["Deal_Registration__c"], world.registration_of_deal[touches["deal"]])
    own = deal_ids(touches["deal"])
    parts = zip(records, integrations, registrations, own, strict=True)
    is_integration = (touches["kind"] == INTEGRATION_KIND).tolist()
    return [
        record or (integration if is_it else registration or deal)
        for is_it, (record, integration, registration, deal) in zip(is_integration, parts, strict=True)
    ]


def _activity_keys(world: World) -> Column:
    row = world.activity_of_touch
    keys: Column = key_column("ACT", world.activities["number"][row])
    return [None if place == NOBODY else key for place, key in zip(row.tolist(), keys, strict=True)]
