"""Stability from quarter to quarter, agreement of models, and what one touchpoint more or less moves, by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from attribution_models.batches import creditable_batch
from attribution_models.registry import known_models
from attribution_models.scorecard.sensitivity import Trial, one_touch_less, one_touch_more, trial
from attribution_models.scorecard.shares import agreement, agreement_rows, overlap, partner_totals, quarter_stability
from attribution_models.scorecard.study import given_shares, study
from tests.attribution_models.decided import Decided, judging, planted, tables

POLICY = judging()


def test_the_overlap_of_two_divisions_by_hand() -> None:
    """Of 100, 60 and 40 against 10 and 90: 50 go to the same partners."""
    assert overlap(np.array([60.0, 40.0]), np.array([1.0, 9.0])) == pytest.approx(0.5)
    assert overlap(np.array([1.0, 0.0]), np.array([0.0, 5.0])) == 0
    assert overlap(np.array([3.0, 1.0]), np.array([6.0, 2.0])) == pytest.approx(1)


def test_stability_by_hand() -> None:
    """Ten deals a quarter: A has 75 of 100 in the first and 25 in the next: half of the credit stays."""
    deals = [
        *(Decided(f"a{place}", "won", 1 + place, ["A"], 75_00) for place in range(5)),
        *(Decided(f"b{place}", "won", 1 + place, ["B"], 25_00) for place in range(5)),
        *(Decided(f"c{place}", "won", 100 + place, ["A"], 25_00) for place in range(5)),
        *(Decided(f"d{place}", "won", 100 + place, ["B"], 75_00) for place in range(5)),
    ]
    data = study(*tables(deals), POLICY)
    assert data is not None
    measured = quarter_stability(data, data.pair_amount, POLICY)
    assert measured.value == pytest.approx(0.5)
    assert (measured.deal_count, measured.quarter_count, measured.is_small_sample) == (20, 2, True)
    fewer = study(*tables(deals[:-1]), POLICY)
    assert fewer is not None
    silent = quarter_stability(fewer, fewer.pair_amount, POLICY)
    assert silent.value is None and "no two quarters in a row" in str(silent.note)


def test_agreement_is_the_mean_over_the_others() -> None:
    """One that agrees in full with one model and by half with another has three quarters."""
    totals = {"x": np.array([1.0, 1.0]), "y": np.array([2.0, 2.0]), "z": np.array([0.0, 3.0])}
    assert agreement("x", totals).value == pytest.approx(0.75)
    assert agreement("z", totals).value == pytest.approx(0.5)
    assert agreement("x", {"x": totals["x"]}).value is None
    pairs = {(row["model"], row["other_model"]): row["overlap"] for row in agreement_rows(totals)}
    assert len(pairs) == 6 and pairs["x", "z"] == pairs["z", "x"] == pytest.approx(0.5)


def one_deal(partners: Sequence[str], chosen: int) -> Trial:
    """A trial of one deal in which the touchpoint at ``chosen`` is the one that goes missing or comes twice."""
    touches, _ = tables([Decided("d", "won", 1, partners)])
    rows = np.arange(len(partners))
    doubled = np.sort(np.append(rows, chosen))
    return Trial(creditable_batch(touches), np.array([chosen]), np.delete(rows, chosen), doubled)


@pytest.mark.parametrize(
    ("model", "partners", "chosen", "moved"),
    [
        ("linear", "PQR", 0, 0.0),  # the others keep their proportion
        ("first_touch", "PQR", 0, 1.0),  # who had nothing now has everything
        ("first_touch", "PQR", 2, 0.0),
        # 0.4 0.1 0.1 0.4 without the last: expected 2/3 1/6 1/6 of the rest, now 0.4 0.2 0.4.
        ("position_based", "PQRS", 3, 4 / 15),
        ("position_based", "PQRS", 1, 0.0 + (0.2 - 1 / 9) / 1),  # the middle that is left has it all
        # 2, 4, 8 without the second: 1 to 4 becomes 1 to 2.
        ("time_decay", "PQR", 1, 1 / 3 - 1 / 5),
    ],
)
def test_one_touchpoint_less_by_hand(model: str, partners: str, chosen: int, moved: float) -> None:
    """The others' old proportions against how they divide the deal without it: half the sum of the differences."""
    assert one_touch_less(known_models()[model], one_deal(partners, chosen), POLICY).value == pytest.approx(moved)


@pytest.mark.parametrize(
    ("model", "partners", "chosen", "moved"),
    [
        ("linear", "PQ", 0, 2 / 3 - 1 / 2),
        ("linear", "PP", 0, 0.0),  # no other partner has anything to lose
        ("equal_split", "PQ", 0, 0.0),  # equal per partner, however often it logs
        ("first_touch", "PQ", 0, 0.0),
        ("position_based", "PQ", 1, 0.1),  # a half of two becomes 0.2 and 0.4 of three
    ],
)
def test_one_touchpoint_twice_by_hand(model: str, partners: str, chosen: int, moved: float) -> None:
    """What the partner of the doubled touchpoint takes from the others."""
    assert one_touch_more(known_models()[model], one_deal(partners, chosen), POLICY).value == pytest.approx(moved)


def test_trials_do_not_depend_on_the_order_of_rows() -> None:
    """The deals and touchpoints that are tried are chosen by ids and the seed, at most as many as the policy says."""
    few = judging(sensitivity_deals=25)
    touches, _ = tables(planted(200)[0])
    mixed = touches.take(np.random.default_rng(3).permutation(touches.num_rows))
    one, other = (trial(creditable_batch(rows), few) for rows in (touches, mixed))
    assert one is not None and other is not None
    assert one.base.touches.deals == 25
    assert one.base.rows["touchpoint_id"].to_pylist() == other.base.rows["touchpoint_id"].to_pylist()
    assert one.chosen.tolist() == other.chosen.tolist()
    assert len(set((one.chosen - one.base.touches.starts).tolist())) == 2, "first and last are both tried"


def test_no_deal_with_two_touchpoints_no_trial() -> None:
    """Where nothing can be taken away there is nothing to measure."""
    touches, _ = tables([Decided("d", "won", 1, ["P"])])
    assert trial(creditable_batch(touches), POLICY) is None


def test_shares_are_what_a_model_gives_before_cents() -> None:
    """A partial model leaves a part to nobody; one that is not additive gives each partner everything."""
    touches, journeys = tables([Decided("d", "won", 1, ["P", "Q", "P"])])
    batch = creditable_batch(touches)
    shares = {
        name: given_shares(known_models()[name], batch, POLICY).tolist()
        for name in known_models()
        if name in ("linear", "influence_weighted", "participation")
    }
    assert shares["linear"] == pytest.approx([1 / 3] * 3)
    assert shares["influence_weighted"] == pytest.approx([0.25] * 3)
    assert shares["participation"] == pytest.approx([0.5, 1.0, 0.5])
    data = study(touches, journeys, POLICY)
    assert data is not None
    assert sorted(partner_totals(data, data.per_pair(np.array(shares["participation"])) * data.pair_amount)) == [
        100_00,
        100_00,
    ]
