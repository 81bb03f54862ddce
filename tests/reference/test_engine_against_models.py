"""The engine's credits against the reference models, to the cent, on the journeys of many judged worlds."""

from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from attribution_models.policy import Policy, load_policy
from attribution_models.registry import known_models
from attribution_models.run import run
from tests.attribution_models.journeys import SCHEMA
from tests.reference.candidates import Candidate
from tests.reference.datasets import make_worlds
from tests.reference.landed import kept_by_key
from tests.reference.models import MODELS, Journey, Touch, credits
from tests.reference.rules import judge
from tests.reference.stages import History, stage_at, stage_histories

POLICY = load_policy(Path(__file__).parents[2] / "config" / "policy.yaml")
AS_OF = datetime.fromisoformat("2024-06-15 08:30")

CUSTOM_RULES = [
    {"name": "gold calls", "when": {"activity_type": ["joint_call"], "tier": ["gold"]}, "weight": 3},
    {"name": "sourcing", "when": {"influence_type": ["sourced", "marketplace"]}, "weight": 1.7},
    {"name": "resellers", "when": {"partner_type": ["reseller"]}, "weight": 0},
    {"name": "late in the deal", "when": {"stage": ["Negotiation", "Legal Limbo"]}, "weight": 0.3},
    {"name": "early", "when": {"days_after_creation": {"at_most": 0}}, "weight": 0.25},
    {"name": "month before", "when": {"days_before_close": {"at_least": 7, "at_most": 31}}, "weight": 0.1},
]


def touch_rows() -> list[dict[str, Any]]:
    """Rows of ``int_touch`` for the deals that earn credit in sixty worlds, sorted by deal and position."""
    landed = make_worlds(7, 60, POLICY, AS_OF)
    partners = kept_by_key(landed, "partners", POLICY.zone, "partner_id")
    histories = stage_histories(landed, POLICY, AS_OF)
    rows = [
        _touch_row(candidate, partners[candidate.partner_id], histories.get(candidate.deal.deal_id, []))
        for candidate in judge(landed, POLICY, AS_OF).candidates
        if candidate.deal is not None and candidate.is_eligible
        if candidate.deal.status == "won" and candidate.deal.is_eligible and candidate.deal.amount is not None
    ]
    return sorted(rows, key=lambda row: (row["deal_id"], row["position"]))


def _touch_row(candidate: Candidate, partner: dict[str, Any], history: History) -> dict[str, Any]:
    deal, occurred_at = candidate.deal, candidate.occurred_at
    assert deal and occurred_at and deal.closed_at and deal.amount is not None
    return {
        "deal_id": deal.deal_id,
        "touchpoint_id": f"{candidate.table} {candidate.row['_record_id']}",
        "partner_id": candidate.partner_id,
        "position": candidate.position,
        "occurred_at": occurred_at,
        "activity_type": candidate.activity_type,
        "influence_type": candidate.influence_type,
        "partner_type": partner["partner_type"],
        "tier": partner["tier"],
        "stage_at_touch": stage_at(history, occurred_at),
        "weight": float(candidate.weight or 0),
        "exact_weight": candidate.weight,
        "created_at": deal.created_at,
        "closed_at": deal.closed_at,
        "last_stage_change_at": max((time for time, _ in history if time < deal.closed_at), default=None),
        "amount_cents": int(deal.amount * 100),
        "is_creditable": True,
    }


ROWS = touch_rows()


def journey_of(rows: list[dict[str, Any]]) -> Journey:
    """The rows of one deal as the reference models see them."""
    texts = ("activity_type", "influence_type", "partner_type", "tier", "stage_at_touch")
    touches = [
        Touch(row["partner_id"], row["occurred_at"], row["exact_weight"], *[row[name] for name in texts])
        for row in rows
    ]
    return Journey(touches, rows[0]["created_at"], rows[0]["closed_at"], rows[0]["last_stage_change_at"])


def by_engine(model: str, policy: Policy) -> dict[str, list[int]]:
    """Credits of each deal's touches by the engine."""
    given: dict[str, list[int]] = {}
    for _, table in run([pa.Table.from_pylist(ROWS, schema=SCHEMA)], policy, [known_models()[model]]):
        for row in table.to_pylist():
            given.setdefault(row["deal_id"], []).append(row["credit_cents"])
    return given


def by_reference(model: str, policy: Policy) -> dict[str, list[int]]:
    """Credits of each deal's touches by the reference."""
    deals = [list(group) for _, group in groupby(ROWS, key=lambda row: row["deal_id"])]
    return {rows[0]["deal_id"]: credits(model, journey_of(rows), rows[0]["amount_cents"], policy) for rows in deals}


def test_every_rule_based_model_has_a_reference() -> None:
    """A new rule is written twice before it divides money."""
    assert {model.name for model in known_models().values() if not model.is_learned} == set(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_engine_and_reference_agree_to_the_cent(model: str) -> None:
    """SPEC 5, two implementations: NumPy over many deals at once, and fractions one deal at a time."""
    expected = by_reference(model, POLICY)
    assert len(expected) > 100
    assert by_engine(model, POLICY) == expected


@pytest.mark.parametrize("otherwise", [0, 2])
@pytest.mark.parametrize("combine", ["first_match", "sum"])
def test_engine_and_reference_agree_on_rules_of_the_policy(combine: str, otherwise: float) -> None:
    """Every kind of condition, rules that overlap and touches of which none speaks, first match and sum."""
    content = POLICY.model_dump()
    content["models"]["custom"] = {"combine": combine, "otherwise": otherwise, "rules": CUSTOM_RULES}
    policy = Policy.model_validate(content)
    assert by_engine("custom", policy) == by_reference("custom", policy)
