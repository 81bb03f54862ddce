"""The measure of a model against the known truth, worked by hand; and the businesses that it is taken on, frozen."""

import pandas as pd
import pytest

from benchmarks.truth_measure import judged_rows, misplaced, misplaced_in_total, with_credit
from sandbox.simulator.families import FAMILIES, PROGRAMME
from sandbox.simulator.settings import SimulatorSettings
from sandbox.simulator.table import size
from sandbox.simulator.world import simulate
from sandbox.state import SANDBOX_NOW

TOUCHES = pd.DataFrame(
    [
        ("A", "a1", "P", "x", 100_00),
        ("A", "a2", "Q", "x", 100_00),
        ("A", "a3", "P", "y", 100_00),
        ("B", "b1", "P", "y", 300_00),
        ("B", "b2", "Q", "y", 300_00),
        ("C", "c1", "P", "x", 900_00),
    ],
    columns=["deal_id", "touchpoint_id", "partner_id", "channel", "amount_cents"],
)
RECORDS = pd.DataFrame(
    [(row.deal_id, f"r-{row.touchpoint_id}", row.touchpoint_id) for row in TOUCHES.itertuples()],
    columns=["deal_id", "record_id", "touchpoint_id"],
)
TRUTH = pd.DataFrame(
    [("A", "r-a1", 0.30), ("A", "r-a2", 0.10), ("B", "r-b1", 0.20), ("C", "r-c1", 0.0), ("A", "excluded", 5.0)],
    columns=["deal_id", "record_id", "win_probability_added"],
)
"""Deal A: three quarters to a1, one to a2, none to a3, which the truth does not know. B: all to b1. C: no effect."""


def rows(**cents: int) -> pd.DataFrame:
    """The judged touchpoints with the credit of a model."""
    credits = pd.DataFrame(
        [(touchpoint[0].upper(), touchpoint, value) for touchpoint, value in cents.items()],
        columns=["deal_id", "touchpoint_id", "credit_cents"],
    )
    return with_credit(judged_rows(TOUCHES, RECORDS, TRUTH), credits)


def test_a_model_that_gives_the_true_shares_has_no_error() -> None:
    """At every grain, and however much of a deal it leaves to nobody."""
    perfect = rows(a1=75_00, a2=25_00, a3=0, b1=40_00, b2=0, c1=0)
    errors = [misplaced(perfect), misplaced(perfect, "partner_id"), misplaced(perfect, "channel")]
    assert errors == pytest.approx([0, 0, 0])
    full = rows(a1=75_00, a2=25_00, a3=0, b1=300_00, b2=0, c1=900_00)
    assert misplaced_in_total(full, "partner_id") == pytest.approx(0)


def test_a_model_that_puts_everything_where_nothing_was_added_has_error_one() -> None:
    """All of every 100 of credit is misplaced; so it is where a model gives nothing."""
    assert misplaced(rows(a1=0, a2=0, a3=100_00, b1=0, b2=300_00)) == 1
    assert misplaced(rows(a1=0, a2=0, a3=0, b1=0, b2=0)) == 1


def test_the_error_of_even_credit_by_hand() -> None:
    """A: |1/3-3/4| + |1/3-1/4| + 1/3, halved, is 5/12; B: 1/2; weighted 1 to 3: (5/12 + 3/2) / 4 = 23/48."""
    even = rows(a1=33_33, a2=33_33, a3=33_34, b1=150_00, b2=150_00, c1=900_00)
    assert misplaced(even) == pytest.approx(23 / 48, abs=1e-4)


def test_the_errors_of_partners_and_channels_by_hand() -> None:
    """On A, P has 2/3 for 3/4 and channel y 1/3 for 0; on B, P has 1/2 for 1, and the channel is the same."""
    even = rows(a1=33_33, a2=33_33, a3=33_34, b1=150_00, b2=150_00)
    assert misplaced(even, "partner_id") == pytest.approx((1 / 12 + 3 / 2) / 4, abs=1e-4)
    assert misplaced(even, "channel") == pytest.approx(1 / 12, abs=1e-4)


def test_errors_on_single_deals_may_cancel_in_the_total() -> None:
    """P is given 100 too little on B, and 25 too much on A: of 400 in all, 75 are with the wrong partner in the end."""
    crossed = rows(a1=100_00, a2=0, a3=0, b1=200_00, b2=100_00)
    assert misplaced(crossed, "partner_id") == pytest.approx((0.25 * 100 + 300 / 3) / 400)
    assert misplaced_in_total(crossed, "partner_id") == pytest.approx(75 / 400)


def test_only_deals_with_a_true_effect_are_judged() -> None:
    """C, where partners changed nothing, says nothing about a model, however large it is."""
    assert set(judged_rows(TOUCHES, RECORDS, TRUTH)["deal_id"]) == {"A", "B"}


def test_records_that_are_one_touchpoint_add_up() -> None:
    """A source and the referral that tells of it again: what either added is the touchpoint's."""
    united = pd.concat([RECORDS, pd.DataFrame([("A", "again", "a3")], columns=RECORDS.columns)])
    truth = pd.concat([TRUTH, pd.DataFrame([("A", "again", 0.40)], columns=TRUTH.columns)])
    judged = judged_rows(TOUCHES, united, truth)
    shares = dict(zip(judged["touchpoint_id"], judged["true_share"], strict=True))
    assert (shares["a1"], shares["a2"], shares["a3"]) == pytest.approx((0.375, 0.125, 0.5))


def test_the_first_family_is_the_sandbox_that_everyone_gets() -> None:
    """What models are judged on is not another business than what a person sees."""
    assert SimulatorSettings() == PROGRAMME


@pytest.mark.parametrize(
    ("family", "touches", "added"),
    [("programme", 398, 22.302634858428192), ("services_led", 453, 11.70446574773083)],
)
def test_the_families_are_frozen(family: str, touches: int, added: float) -> None:
    """The simulator is never bent towards a model: the same seed gives the same truth as when it was settled."""
    world = simulate(FAMILIES[family], deals=500, seed=1, now=SANDBOX_NOW)
    assert size(world.played.touches) == touches
    assert world.played.touches["contribution"].sum() == pytest.approx(added, rel=1e-9)
