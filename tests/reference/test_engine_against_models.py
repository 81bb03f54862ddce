"""The engine's credits against the reference models, to the cent, on the journeys of many judged worlds."""

from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from attribution_models.policy import load_policy
from attribution_models.run import run
from tests.attribution_models.journeys import RULE_MODELS
from tests.reference.datasets import make_worlds
from tests.reference.models import MODELS, Journey, Touch, credits
from tests.reference.rules import judge

POLICY = load_policy(Path(__file__).parents[2] / "config" / "policy.yaml")
AS_OF = datetime.fromisoformat("2024-06-15 08:30")
TEXTS = ("deal_id", "touchpoint_id", "partner_id", "activity_type", "origin", "influence_type", "partner_type", "tier")
SCHEMA = pa.schema(
    [
        *[(name, pa.string()) for name in (*TEXTS, "stage_at_touch", "deal_type", "segment", "deal_status")],
        *[(name, pa.int64()) for name in ("position", "amount_cents")],
        *[(name, pa.timestamp("us")) for name in ("occurred_at", "created_at", "closed_at", "last_stage_change_at")],
        ("weight", pa.float64()),
        ("is_creditable", pa.bool_()),
    ]
)


def touch_rows() -> list[dict[str, Any]]:
    """Rows of ``int_touch`` for the deals that earn credit in sixty worlds, sorted by deal and position."""
    candidates = judge(make_worlds(7, 60, POLICY, AS_OF), POLICY, AS_OF).candidates
    rows = [
        {
            "deal_id": candidate.deal.deal_id,
            "touchpoint_id": f"{candidate.table} {candidate.row['_record_id']}",
            "partner_id": candidate.partner_id,
            "position": candidate.position,
            "occurred_at": candidate.occurred_at,
            "weight": float(candidate.weight or 0),
            "exact_weight": candidate.weight,
            "created_at": candidate.deal.created_at,
            "closed_at": candidate.deal.closed_at,
            "amount_cents": int(candidate.deal.amount * 100),
            "is_creditable": True,
        }
        for candidate in candidates
        if candidate.deal is not None and candidate.is_eligible
        if candidate.deal.status == "won" and candidate.deal.is_eligible and candidate.deal.amount is not None
    ]
    return sorted(rows, key=lambda row: (row["deal_id"], row["position"]))


ROWS = touch_rows()


@pytest.mark.parametrize("model", MODELS)
def test_engine_and_reference_agree_to_the_cent(model: str) -> None:
    """SPEC 5, two implementations: NumPy over many deals at once, and fractions one deal at a time."""
    given: dict[str, list[int]] = {}
    for name, table in run([pa.Table.from_pylist(ROWS, schema=SCHEMA)], POLICY, RULE_MODELS):
        if name == model:
            for row in table.to_pylist():
                given.setdefault(row["deal_id"], []).append(row["credit_cents"])
    expected = {}
    for deal_id, group in groupby(ROWS, key=lambda row: row["deal_id"]):
        rows = list(group)
        touches = [Touch(row["partner_id"], row["occurred_at"], row["exact_weight"]) for row in rows]
        journey = Journey(touches, rows[0]["created_at"], rows[0]["closed_at"])
        expected[deal_id] = credits(model, journey, rows[0]["amount_cents"], POLICY)
    assert len(expected) > 100
    assert given == expected
