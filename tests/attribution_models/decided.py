"""Decided deals as the scorecard gets them: the same deals as rows of int_touch and of int_journey."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from attribution_models.batches import JOURNEY_COLUMNS, TOUCH_COLUMNS
from attribution_models.policy import Policy
from tests.attribution_models.journeys import POLICY

START = datetime(2025, 1, 10, 12)  # noqa: DTZ001 - naive UTC, as the warehouse holds it


@dataclass(frozen=True)
class Decided:
    """A deal that closed ``day`` days after START, touched by ``partners`` in this order, five days apart."""

    deal_id: str
    outcome: str
    day: float
    partners: Sequence[str] = ()
    amount_cents: int = 100_00
    cycle_days: float = 60.0

    def rows(self) -> list[dict[str, Any]]:
        closed = START + timedelta(days=self.day)
        facts = {
            "deal_id": self.deal_id,
            "outcome": self.outcome,
            "amount_cents": self.amount_cents,
            "is_creditable": self.outcome == "won",
            "created_at": closed - timedelta(days=self.cycle_days),
            "closed_at": closed,
            "deal_type": "new_business",
        }
        touches = [
            {
                "touchpoint_id": f"{self.deal_id}:{place}",
                "partner_id": partner,
                "position": place,
                "occurred_at": closed - timedelta(days=5.0 * (len(self.partners) + 1 - place)),
                "influence_type": "co_sell",
                "activity_type": "joint_call",
                "origin": "activity",
                "partner_type": f"type of {partner}",
                "channel": f"channel of {partner}",
                "weight": 0.25,
            }
            for place, partner in enumerate(self.partners, start=1)
        ]
        return [facts | touch for touch in touches] or [facts]


_TYPES = {
    "position": pa.int32(), "occurred_at": pa.timestamp("us"), "created_at": pa.timestamp("us"),
    "closed_at": pa.timestamp("us"), "last_stage_change_at": pa.timestamp("us"), "weight": pa.float64(),
    "engagement_depth": pa.float64(), "amount_cents": pa.int64(), "is_creditable": pa.bool_(),
}  # fmt: skip


def _table(rows: list[dict[str, Any]], columns: Sequence[str]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, _TYPES.get(name, pa.string())) for name in columns]))


def tables(deals: Iterable[Decided]) -> tuple[pa.Table, pa.Table]:
    """Rows of int_touch and of int_journey."""
    rows = [row for deal in sorted(deals, key=lambda deal: deal.deal_id) for row in deal.rows()]
    return _table([row for row in rows if "touchpoint_id" in row], TOUCH_COLUMNS), _table(rows, JOURNEY_COLUMNS)


def judging(models: Sequence[str] = ("linear", "first_touch", "position_based"), **scorecard: Any) -> Policy:
    """The shipped policy with few models and resamples, and these changes to its section ``scorecard``."""
    content = POLICY.model_dump(mode="json")
    content["primary_model"] = models[0]
    content["models"] |= {"enabled": list(models), "learned": content["models"]["learned"] | {"bootstrap_samples": 20}}
    content["scorecard"] |= scorecard
    return Policy.model_validate(content)


def planted(count: int = 1_200, partners: int = 12, seed: int = 1) -> tuple[list[Decided], dict[str, float]]:
    """Deals of two partners each, won as often as the mean of what the partners are worth; and what they are worth."""
    rng = np.random.default_rng(seed)
    worth = {f"P{place:02}": float(value) for place, value in enumerate(np.linspace(0.05, 0.95, partners))}
    names = sorted(worth)
    deals = []
    for number in range(count):
        pair = [names[place] for place in rng.choice(partners, 2, replace=False)]
        is_won = rng.random() < sum(worth[name] for name in pair) / 2
        day = float(rng.integers(0, 700))
        amount = int(rng.integers(1_000_00, 50_000_00))
        deals.append(Decided(f"D{number:05}", "won" if is_won else "lost", day, pair, amount))
    return deals, worth


def renamed(deals: Iterable[Decided]) -> list[Decided]:
    """The same deals with partners whose names sort the other way round."""
    names = sorted({partner for deal in deals for partner in deal.partners})
    new = dict(zip(names, (f"Z{len(names) - place:03}" for place in range(len(names))), strict=True))
    return [replace(deal, partners=[new[partner] for partner in deal.partners]) for deal in deals]
