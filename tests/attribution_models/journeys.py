"""Builds touchpoints of deals, and journeys to learn from, as the engine gets them, from what a test cares about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from attribution_models.batches import JOURNEY_COLUMNS
from attribution_models.policy import Policy, load_policy
from attribution_models.registry import Model, enabled_models, known_models
from attribution_models.run import run

CLOSE = datetime(2026, 9, 30, 23, 59, 59, 999999)  # noqa: DTZ001 - naive UTC, as the warehouse holds it
POLICY = load_policy(Path(__file__).parents[2] / "config" / "policy.yaml")
RULE_MODELS = [model for model in enabled_models(POLICY) if not model.is_learned]

TouchFacts = tuple[str, float] | tuple[str, float, float] | tuple[str, float, float, Mapping[str, Any]]
"""Partner, days before the close, the influence weight (default 0.5), and other columns of the row by name."""


@dataclass(frozen=True)
class Deal:
    """A deal of ``amount_cents`` with its touches; ``created_days`` and ``changed_days`` count back from the close."""

    deal_id: str
    amount_cents: int
    touches: Sequence[TouchFacts]
    created_days: float | None = 60.0
    is_creditable: bool = True
    changed_days: float | None = None


SCHEMA = pa.schema(
    [
        *[(name, pa.string()) for name in ("deal_id", "touchpoint_id", "partner_id")],
        ("position", pa.int32()),
        ("occurred_at", pa.timestamp("us")),
        *[(name, pa.string()) for name in ("activity_type", "origin", "influence_type")],
        ("weight", pa.float64()),
        *[(name, pa.string()) for name in ("partner_type", "tier", "stage_at_touch", "channel")],
        ("engagement_depth", pa.float64()),
        *[(name, pa.string()) for name in ("deal_type", "segment", "deal_status")],
        ("amount_cents", pa.int64()),
        ("is_creditable", pa.bool_()),
        *[(name, pa.timestamp("us")) for name in ("created_at", "closed_at", "last_stage_change_at")],
    ]
)


def _before_close(days: float | None) -> datetime | None:
    return None if days is None else CLOSE - timedelta(days=days)


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
            "channel": "technology: co_sell",
            "weight": touch[2] if len(touch) > 2 else 0.5,
            "deal_status": "won" if deal.is_creditable else "lost",
            "amount_cents": deal.amount_cents,
            "is_creditable": deal.is_creditable,
            "created_at": _before_close(deal.created_days),
            "closed_at": CLOSE,
            "last_stage_change_at": _before_close(deal.changed_days),
            **(touch[3] if len(touch) == 4 else {}),
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


@dataclass(frozen=True)
class Step:
    """One touchpoint of a journey; ``days`` before the deal's close."""

    channel: str
    days: float
    partner_id: str = "P"
    activity_type: str = "joint_call"
    partner_type: str = "technology"
    tier: str | None = "gold"
    stage_at_touch: str | None = "Proposal"
    engagement_depth: float | None = 0.5
    origin: str = "activity"
    influence_type: str = "co_sell"


@dataclass(frozen=True)
class Journey:
    """A decided or open deal (``outcome``: won, lost or open) to learn from, its steps in order.

    A step that is a text is a channel, touched 10 days after the step before, the last 10 days before the close.
    """

    deal_id: str
    outcome: str
    steps: Sequence[Step | str] = ()
    amount_cents: int = 10_000_00
    closed_at: datetime = CLOSE
    created_days: float | None = 90.0
    changed_days: float | None = None
    deal_type: str = "new_business"
    segment: str | None = "mid_market"
    region: str | None = "EMEA"
    source: str | None = "web"


JOURNEY_TYPES: dict[str, pa.DataType] = {
    "position": pa.int32(),
    "engagement_depth": pa.float64(),
    "amount_cents": pa.int64(),
    **dict.fromkeys(("occurred_at", "created_at", "closed_at", "last_stage_change_at"), pa.timestamp("us")),
}
JOURNEY_SCHEMA = pa.schema([(name, JOURNEY_TYPES.get(name, pa.string())) for name in JOURNEY_COLUMNS])
DEAL_FIELDS = ("deal_id", "outcome", "amount_cents", "closed_at", "deal_type", "segment", "region", "source")


def _journey_rows(journey: Journey) -> list[dict[str, Any]]:
    deal = {name: getattr(journey, name) for name in DEAL_FIELDS}
    for name, days in (("created_at", journey.created_days), ("last_stage_change_at", journey.changed_days)):
        deal[name] = None if days is None else journey.closed_at - timedelta(days=days)
    left = len(journey.steps)
    steps = [Step(step, 10.0 * (left - i)) if isinstance(step, str) else step for i, step in enumerate(journey.steps)]
    return [
        deal
        | vars(step)
        | {"touchpoint_id": f"{journey.deal_id}:{position}", "position": position}
        | {"occurred_at": journey.closed_at - timedelta(days=step.days)}
        for position, step in enumerate(steps, start=1)
    ] or [deal]


def journey_table(journeys: Iterable[Journey]) -> pa.Table:
    """Rows of int_journey for ``journeys``, sorted by deal; a deal without steps is one row without a touchpoint."""
    rows = [row for journey in sorted(journeys, key=lambda one: one.deal_id) for row in _journey_rows(journey)]
    return pa.Table.from_pylist([{name: row.get(name) for name in JOURNEY_COLUMNS} for row in rows], JOURNEY_SCHEMA)


LIFTS = {
    "technology: integration_driven": 0.05,
    "reseller: co_sell": 0.30,
    "referral: referral": 0.20,
    "agency: assisted": 0.0,
    "marketplace: marketplace": -0.10,
}
"""What a touch of each channel adds to the chance of a made-up journey to be won, on top of 0.3."""


def made_up_journeys(deals: int = 600, seed: int = 1) -> list[Journey]:
    """Won, lost and open deals over two years, a fifth of them without a touchpoint, with ``LIFTS`` as the truth."""
    random = Random(seed)
    return [_made_up_journey(f"J{number:05}", random) for number in range(deals)]


def _made_up_journey(deal_id: str, random: Random) -> Journey:
    channels = random.choices(list(LIFTS), k=random.choice([0, 1, 1, 2, 3]))
    chance = 0.3 + sum(LIFTS[channel] for channel in set(channels))
    outcome = "open" if random.random() < 0.1 else "won" if random.random() < chance else "lost"
    ages = sorted((random.uniform(0, 150) for _ in channels), reverse=True)
    return Journey(
        deal_id,
        outcome,
        [_made_up_step(channel, days, random) for channel, days in zip(channels, ages, strict=True)],
        amount_cents=random.randrange(1_000_00, 90_000_00),
        closed_at=CLOSE if outcome == "open" else CLOSE - timedelta(days=random.uniform(0, 730)),
        created_days=random.uniform(30, 180),
        changed_days=random.uniform(1, 30),
        deal_type=random.choice(["new_business", "expansion"]),
        segment=random.choice(["mid_market", "enterprise", None]),
        region=random.choice(["EMEA", "AMER"]),
        source=random.choice(["web", "outbound", "partner_referral"]),
    )


def _made_up_step(channel: str, days: float, random: Random) -> Step:
    return Step(
        channel,
        days,
        partner_id=f"P{random.randrange(8)}",
        activity_type=random.choice(["joint_call", "intro_made", "content_shared"]),
        partner_type=channel.split(":", maxsplit=1)[0],
        tier=random.choice(["gold", "silver", None]),
        stage_at_touch=random.choice(["Discovery", "Proposal", None]),
        engagement_depth=random.choice([None, 0.2, 0.9]),
    )
