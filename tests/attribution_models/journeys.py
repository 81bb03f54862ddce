"""Builds touchpoints of deals as the engine gets them, from the few facts that a test cares about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from attribution_models.policy import Policy, load_policy
from attribution_models.registry import Model, enabled_models, known_models
from attribution_models.run import run

CLOSE = datetime(2026, 9, 30, 23, 59, 59, 999999)  # noqa: DTZ001 - naive UTC, as the warehouse holds it
POLICY = load_policy(Path(__file__).parents[2] / "config" / "policy.yaml")
RULE_MODELS = [model for model in enabled_models(POLICY) if not model.is_learned]

TouchFacts = tuple[str, float] | tuple[str, float, float]
"""Partner, days before the close, and the influence weight (default 0.5)."""


@dataclass(frozen=True)
class Deal:
    """A deal of ``amount_cents`` with its touches; ``created_days`` counts back from the close."""

    deal_id: str
    amount_cents: int
    touches: Sequence[TouchFacts]
    created_days: float | None = 60.0
    is_creditable: bool = True


SCHEMA = pa.schema(
    [
        *[(name, pa.string()) for name in ("deal_id", "touchpoint_id", "partner_id")],
        ("position", pa.int32()),
        ("occurred_at", pa.timestamp("us")),
        *[(name, pa.string()) for name in ("activity_type", "origin", "influence_type")],
        ("weight", pa.float64()),
        *[(name, pa.string()) for name in ("partner_type", "tier", "stage_at_touch", "deal_type", "segment")],
        ("deal_status", pa.string()),
        ("amount_cents", pa.int64()),
        ("is_creditable", pa.bool_()),
        *[(name, pa.timestamp("us")) for name in ("created_at", "closed_at", "last_stage_change_at")],
    ]
)


def _rows(deal: Deal) -> list[dict[str, Any]]:
    ordered = sorted(deal.touches, key=lambda touch: -touch[1])
    return [
        {
            "deal_id": deal.deal_id,
            "touchpoint_id": f"{deal.deal_id}:{position}",
            "partner_id": touch[0],
            "position": position,
            "occurred_at": CLOSE - timedelta(days=touch[1]),
            "influence_type": "co_sell",
            "weight": touch[2] if len(touch) == 3 else 0.5,
            "deal_status": "won" if deal.is_creditable else "lost",
            "amount_cents": deal.amount_cents,
            "is_creditable": deal.is_creditable,
            "created_at": None if deal.created_days is None else CLOSE - timedelta(days=deal.created_days),
            "closed_at": CLOSE,
        }
        for position, touch in enumerate(ordered, start=1)
    ]


def touch_table(deals: Iterable[Deal]) -> pa.Table:
    """Rows of int_touch for ``deals``, sorted."""
    rows = [row for deal in sorted(deals, key=lambda deal: deal.deal_id) for row in _rows(deal)]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def credits_of(model: Model | str, deals: Iterable[Deal], rules: Policy = POLICY) -> dict[str, list[int]]:
    """Cents per touchpoint in order, by deal, under one model."""
    chosen = known_models()[model] if isinstance(model, str) else model
    result: dict[str, list[int]] = {}
    for _, table in run([touch_table(deals)], rules, [chosen]):
        for row in table.to_pylist():
            result.setdefault(row["deal_id"], []).append(row["credit_cents"])
    return result


def with_models(**changes: Any) -> Policy:
    """The shipped policy with ``changes`` to its section ``models``, one model's parameters at a time."""
    content = POLICY.model_dump(mode="json")
    for key, value in changes.items():
        content["models"][key] = {**content["models"][key], **value} if isinstance(value, dict) else value
    return Policy.model_validate(content)
