"""Each model's definition in SPEC 5, at the places where definitions part ways."""

import numpy as np
import pytest

from attribution_models.shapes import ends_and_middle, whole_parts
from attribution_models.types import Touches
from tests.attribution_models.journeys import Deal, credits_of, with_models

CENTS = 9_000_00


def touches(*counts: int) -> Touches:
    """Deals of so many touchpoints, of which only the order is known."""
    count, rows = np.array(counts), sum(counts)
    times, deal_times = np.zeros(rows, dtype=np.int64), np.zeros(len(counts), dtype=np.int64)
    position = np.concatenate([np.arange(1, n + 1) for n in counts])
    run = (np.cumsum(count) - count, count, position, times, np.ones(rows))
    return Touches(*run, deal_times, deal_times, deal_times, {}, {})


@pytest.mark.parametrize(
    ("n", "j_shaped", "inverse_j", "position_based"),
    [
        (1, [1], [1], [1]),
        (2, [0.25, 0.75], [0.75, 0.25], [0.5, 0.5]),
        (3, [0.2, 0.2, 0.6], [0.6, 0.2, 0.2], [0.4, 0.2, 0.4]),
        (4, [0.2, 0.1, 0.1, 0.6], [0.6, 0.1, 0.1, 0.2], [0.4, 0.1, 0.1, 0.4]),
    ],
)
def test_shapes_at_one_two_three_and_four(
    n: int, j_shaped: list[float], inverse_j: list[float], position_based: list[float]
) -> None:
    """J, inverse J and U agree with Adobe's: one takes all, two split as their ends do, and no share is lost."""
    shares = ((0.2, 0.2, 0.6), (0.6, 0.2, 0.2), (0.4, 0.2, 0.4))
    for (first, middle, last), expected in zip(shares, (j_shaped, inverse_j, position_based), strict=True):
        scores = ends_and_middle(touches(n), first, middle, last)
        assert scores / scores.sum() == pytest.approx(expected)


def test_shares_become_whole_parts() -> None:
    """Parts are the smallest whole numbers, so that equal claims are equal floats."""
    assert whole_parts(0.4, 0.2, 0.4) == (2, 1, 2)
    assert whole_parts(0.225, 0.225, 0.1) == (9, 9, 4)
    assert whole_parts(1.0, 0.0, 0.0) == (1, 0, 0)


def test_first_and_last_touch() -> None:
    """All to the first, all to the last."""
    deals = [Deal("D", CENTS, [("A", 30), ("B", 20), ("C", 10)])]
    assert credits_of("first_touch", deals) == {"D": [CENTS, 0, 0]}
    assert credits_of("last_touch", deals) == {"D": [0, 0, CENTS]}


def test_linear_counts_touchpoints_and_equal_split_counts_partners() -> None:
    """A partner with two of three touchpoints has two thirds under linear and half under equal_split."""
    deals = [Deal("D", CENTS, [("A", 30), ("B", 20), ("A", 10)])]
    assert credits_of("linear", deals) == {"D": [3_000_00, 3_000_00, 3_000_00]}
    assert credits_of("equal_split", deals) == {"D": [2_250_00, 4_500_00, 2_250_00]}


def test_time_decay_doubles_by_order_not_by_time() -> None:
    """The third touchpoint counts four times the first, however many days lie between."""
    assert credits_of("time_decay", [Deal("D", 7_000_00, [("A", 300), ("B", 2), ("C", 1)])]) == {
        "D": [1_000_00, 2_000_00, 4_000_00]
    }


def test_half_life_halves_in_thirty_days() -> None:
    """A touchpoint 30 days earlier counts half, one 15 days earlier 1 / sqrt(2): days are fractional."""
    deals = [Deal("D", CENTS, [("A", 30), ("B", 0)]), Deal("E", 1_000_000, [("A", 0.5), ("B", 0)])]
    expected = round(1_000_000 * 2 ** (-0.5 / 30) / (1 + 2 ** (-0.5 / 30)))
    assert credits_of("time_decay_half_life", deals) == {
        "D": [3_000_00, 6_000_00],
        "E": [expected, 1_000_000 - expected],
    }


def test_adobes_worked_example() -> None:
    """Touches 9, 6, 0 and 0 days before an order of 50, half-life 7 days: 6.9233, 9.3181, 16.8793, 16.8793."""
    deals = [Deal("D", 50_0000, [("A", 9), ("B", 6), ("C", 0), ("D", 0)])]
    rules = with_models(time_decay_half_life={"half_life_days": 7})
    assert credits_of("time_decay_half_life", deals, rules) == {"D": [69233, 93181, 168793, 168793]}


def test_position_based() -> None:
    """0.4 first, 0.4 last, 0.2 over the middle; two share half and half; one takes all."""
    deals = [
        Deal("1", CENTS, [("A", 9)]),
        Deal("2", CENTS, [("A", 9), ("B", 8)]),
        Deal("4", CENTS, [("A", 9), ("B", 8), ("C", 7), ("D", 6)]),
    ]
    expected = {"1": [CENTS], "2": [4_500_00, 4_500_00], "4": [3_600_00, 900_00, 900_00, 3_600_00]}
    assert credits_of("position_based", deals) == expected


@pytest.mark.parametrize(
    ("created_days", "days", "expected"),
    [
        (60, [90, 70], [1, 2]),  # both before creation: the second is the creation's and the last
        (60, [90, 30], [2, 1]),  # the first is also the creation's
        (60, [50, 30], [1, 1]),  # nothing before creation: that anchor is dropped
        (60, [60], [1]),
        (60, [90, 70, 30], [1, 1, 1]),  # an anchor each, no rest: the rest's tenth is dropped
        (60, [90, 80, 70, 50, 30], [6, 1, 6, 1, 6]),  # 0.3, 0.05, 0.3, 0.05, 0.3
        (60, [90, 30, 20, 10], [12, 1, 1, 6]),  # 0.6 first and creation, 0.05 each, 0.3
        (60, [60, 60, 30], [1, 1, 1]),  # at the very time of creation, the later of the two in order
        (None, [90, 70, 30], [3, 1, 3]),  # creation unknown
    ],
)
def test_w_shaped(created_days: float | None, days: list[float], expected: list[int]) -> None:
    """Anchors add up where they fall together, missing ones and a missing rest are dropped, then all is normalised."""
    cents = sum(expected) * 1_000
    deals = [Deal("D", cents, [("A", day) for day in days], created_days)]
    assert credits_of("w_shaped", deals) == {"D": [part * 1_000 for part in expected]}


def test_j_shaped_and_inverse_j() -> None:
    """0.2, 0.2 and 0.6 over first, middle and last, and the other way round; two share 1 to 3; one takes all."""
    deals = [
        Deal("1", CENTS, [("A", 9)]),
        Deal("2", CENTS, [("A", 9), ("B", 8)]),
        Deal("3", CENTS, [("A", 9), ("B", 8), ("C", 7)]),
        Deal("4", CENTS, [("A", 9), ("B", 8), ("C", 7), ("D", 6)]),
    ]
    j_shaped = {
        "1": [CENTS],
        "2": [2_250_00, 6_750_00],
        "3": [1_800_00, 1_800_00, 5_400_00],
        "4": [1_800_00, 900_00, 900_00, 5_400_00],
    }
    assert credits_of("j_shaped", deals) == j_shaped
    assert credits_of("inverse_j", deals) == {deal_id: credit[::-1] for deal_id, credit in j_shaped.items()}


@pytest.mark.parametrize(
    ("created_days", "changed_days", "days", "expected"),
    [
        (60, 20, [90, 70, 40, 30, 10], [9, 9, 4, 9, 9]),  # an anchor each, one of the rest
        (60, 20, [90, 70, 50, 40, 30, 10], [9, 9, 2, 2, 9, 9]),
        (60, 20, [90, 70, 30, 10], [1, 1, 1, 1]),  # no rest: its tenth is dropped
        (60, 20, [90, 10], [3, 1]),  # first, creation and stage change fall together
        (60, 20, [90, 80], [1, 3]),  # creation, stage change and last fall together
        (60, 20, [50, 10], [2, 1]),  # nothing before creation: that anchor is dropped
        (60, 20, [15, 10], [1, 1]),  # nor before the stage change
        (60, 20, [60, 20, 10], [2, 1, 1]),  # at the very time of the creation, and of the stage change
        (60, None, [90, 70, 40, 10], [9, 9, 4, 9]),  # no stage change is known
        (None, 20, [90, 40, 30, 10], [9, 4, 9, 9]),  # creation unknown
        (None, None, [90, 40, 10], [9, 4, 9]),
        (60, 70, [90, 75, 65, 10], [9, 9, 9, 9]),  # a stage changed before the deal's creation in the CRM
        (60, 20, [40], [1]),
    ],
)
def test_full_path(
    created_days: float | None, changed_days: float | None, days: list[float], expected: list[int]
) -> None:
    """Four anchors of 0.225 and 0.1 for the rest, put together like w_shaped."""
    deals = [Deal("D", sum(expected) * 1_000, [("A", day) for day in days], created_days, changed_days=changed_days)]
    assert credits_of("full_path", deals) == {"D": [part * 1_000 for part in expected]}


def test_role_based_follows_the_weights() -> None:
    """A weight of 0.75 earns three times one of 0.25, and the whole amount is divided."""
    assert credits_of("role_based", [Deal("D", CENTS, [("A", 9, 0.75), ("B", 8, 0.25)])]) == {"D": [6_750_00, 2_250_00]}


def test_role_based_without_any_weight_is_equal() -> None:
    """A policy whose bands start at 0 still loses no money: the model allocates the whole amount."""
    assert credits_of("role_based", [Deal("D", CENTS, [("A", 9, 0.0), ("B", 8, 0.0)])]) == {"D": [4_500_00, 4_500_00]}


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([0.25], [250_25]),  # 250.2525, to the cent
        ([0.5], [500_51]),  # 500.505, half up
        ([0.25, 0.25], [250_26, 250_25]),  # 500.505 half up, the odd cent to the earlier
        ([0.75, 0.75], [500_51, 500_50]),  # more than the deal there is not
        ([1.0, 0.0], [1001_01, 0]),
        ([0.0, 0.0], [0, 0]),
    ],
)
def test_influence_weighted_leaves_the_rest_direct(weights: list[float], expected: list[int]) -> None:
    """min(1, sum of weights) of 1,001.01 is allocated, rounded half up, and never more than the deal."""
    deals = [Deal("D", 1001_01, [("A", 9 - i, weight) for i, weight in enumerate(weights)])]
    assert credits_of("influence_weighted", deals) == {"D": expected}
