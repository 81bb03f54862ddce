"""What must be true of the reference judge in any world, drawn by Hypothesis."""

from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from attribution_models.policy import load_policy
from tests.reference.datasets import landed_worlds
from tests.reference.landed import Landed
from tests.reference.rules import Judgement, judge

POLICY = load_policy(Path(__file__).parents[2] / "config" / "policy.yaml")
at = datetime.fromisoformat
AS_OF = at("2024-06-15 08:30")
WORLDS = landed_worlds(POLICY, AS_OF)
FEW = settings(max_examples=40)


def summary(judgement: Judgement) -> Any:
    """Everything a judgement says, in an order of its own."""
    return (
        sorted((deal.deal_id, deal.row["_record_id"], deal.flags, deal.category) for deal in judgement.deals.values()),
        sorted(
            (
                c.table,
                c.row["_record_id"],
                c.deal.deal_id if c.deal else "",
                c.reason or "",
                c.position or 0,
                c.weight or 0,
            )
            for c in judgement.candidates
        ),
        judgement.outcomes,
    )


@FEW
@given(landed=WORLDS, random=st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(landed: Landed, random: Random) -> None:
    """Rule 9: never by the order rows arrived in."""
    before = summary(judge(landed, POLICY, AS_OF))
    for rows in landed.values():
        random.shuffle(rows)
    assert summary(judge(landed, POLICY, AS_OF)) == before


@FEW
@given(landed=WORLDS)
def test_every_row_is_used_or_excluded_with_a_reason(landed: Landed) -> None:
    """Rule 14: source rows in = used + excluded."""
    judgement = judge(landed, POLICY, AS_OF)
    for table, (used, excluded) in judgement.reconciliation().items():
        assert used + excluded == len(landed[table])


@FEW
@given(landed=WORLDS)
def test_eligible_touchpoints_are_numbered_in_the_order_of_time(landed: Landed) -> None:
    """Rule 9: positions run from 1 without a gap, and time never goes back along them."""
    judgement = judge(landed, POLICY, AS_OF)
    for deal in judgement.deals.values():
        own = [c for c in judgement.candidates if c.deal is deal and c.is_eligible]
        own.sort(key=lambda candidate: candidate.position or 0)
        assert [candidate.position for candidate in own] == list(range(1, len(own) + 1))
        times = [candidate.occurred_at for candidate in own if candidate.occurred_at]
        assert times == sorted(times) and len(times) == len(own)
        assert deal.category == "direct" if not own else deal.category in ("sourced", "influenced")


@FEW
@given(landed=WORLDS)
def test_weights_lie_in_their_band(landed: Landed) -> None:
    """Rule 11: from the band's lowest to its highest value; accelerated on top of co_sell, at most 1."""
    bands = dict(POLICY.influence.weight_bands)
    (low, high), (more_low, more_high) = bands["co_sell"], bands["accelerated"]
    bands["accelerated"] = (low + more_low, min(1.0, high + more_high))
    for candidate in judge(landed, POLICY, AS_OF).candidates:
        if candidate.is_eligible:
            assert candidate.influence_type in bands and candidate.weight is not None
            lowest, highest = bands[candidate.influence_type]  # type: ignore[index]
            assert lowest - 1e-12 <= candidate.weight <= highest + 1e-12
