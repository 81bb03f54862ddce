"""The reference models against SPEC 5's own numbers, and the division of cents against examples worked out by hand."""

from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from attribution_models.policy import Policy, load_policy
from tests.reference.models import MODELS, Journey, Touch, credits, divide

POLICY = load_policy(Path(__file__).parents[2] / "config" / "policy.yaml")
CLOSED = datetime.fromisoformat("2025-03-31 12:00")
CREATED = CLOSED - timedelta(days=60)


def journey(*days_before: float, partners: str = "", weights: tuple[str, ...] = ()) -> Journey:
    """A deal created 60 and last moved 20 days before its close, with touches so many days before it."""
    touches = [
        Touch(
            partner_id=partners[i] if partners else "P",
            occurred_at=CLOSED - timedelta(days=days),
            weight=Fraction(weights[i]) if weights else Fraction(1, 2),
        )
        for i, days in enumerate(days_before)
    ]
    return Journey(touches, CREATED, CLOSED, CLOSED - timedelta(days=20))


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first_touch", [100, 0, 0, 0]),
        ("last_touch", [0, 0, 0, 100]),
        ("linear", [25, 25, 25, 25]),
        ("equal_split", [25, 25, 25, 25]),
        ("time_decay", [7, 13, 27, 53]),  # 1, 2, 4, 8 of 15
        ("time_decay_half_life", [7, 13, 27, 53]),  # 1/8, 1/4, 1/2, 1
        ("position_based", [40, 10, 10, 40]),
        ("w_shaped", [30, 30, 10, 30]),
        ("j_shaped", [20, 10, 10, 60]),
        ("inverse_j", [60, 10, 10, 20]),
        ("full_path", [25, 25, 25, 25]),  # an anchor each, no rest
        ("participation", [25, 25, 25, 25]),  # one partner
        ("custom", [25, 25, 25, 25]),  # no rule of the shipped policy speaks
        ("role_based", [25, 25, 25, 25]),
        ("influence_weighted", [25, 25, 25, 25]),
    ],
)
def test_each_model_divides_a_deal_of_four_touches(model: str, expected: list[int]) -> None:
    """One dollar over touches 90, 60, 30 and 0 days before the close."""
    assert credits(model, journey(90, 60, 30, 0), 100, POLICY) == expected


def test_two_touches_before_creation_share_one_to_two_under_w_shaped() -> None:
    """SPEC 5's own example of anchors that fall on one touchpoint."""
    scores = MODELS["w_shaped"](journey(90, 60), POLICY)
    assert [score / sum(scores) for score in scores] == [Fraction(1, 3), Fraction(2, 3)]


def test_half_life_agrees_with_a_published_worked_example() -> None:
    """Adobe's: half-life 7 days, touches 9, 6, 0 and 0 days before an order of 50: 6.92, 9.32, 16.88, 16.88."""
    content = POLICY.model_dump()
    content["models"]["time_decay_half_life"]["half_life_days"] = 7
    policy = Policy.model_validate(content)
    assert credits("time_decay_half_life", journey(9, 6, 0, 0), 5000, policy) == [692, 932, 1688, 1688]


def test_position_based_splits_two_touches_in_half() -> None:
    """SPEC 5: n = 2 half and half, n = 1 all."""
    assert credits("position_based", journey(9, 1), 101, POLICY) == [51, 50]
    assert credits("position_based", journey(9), 101, POLICY) == [101]


def test_equal_split_is_equal_per_partner() -> None:
    """SPEC 5: three touches of one partner earn together what the other's single touch earns."""
    assert credits("equal_split", journey(9, 8, 7, 6, partners="AABA"), 600, POLICY) == [100, 100, 300, 100]


def test_j_shapes_of_two_touches_split_one_to_three() -> None:
    """SPEC 5: n = 2 is 0.25 and 0.75 for J, 0.75 and 0.25 for inverse J; n = 1 all."""
    assert credits("j_shaped", journey(9, 1), 100, POLICY) == [25, 75]
    assert credits("inverse_j", journey(9, 1), 100, POLICY) == [75, 25]
    assert credits("j_shaped", journey(9), 101, POLICY) == [101]


def test_full_path_adds_anchors_up_and_drops_what_is_missing() -> None:
    """SPEC 5: "renormalised like w_shaped"; 0.225, 0.1 and twice 0.225 over touches after the deal's creation."""
    scores = MODELS["full_path"](journey(50, 40, 20), POLICY)
    assert [score * 40 for score in scores] == [9, 4, 18]


def test_participation_gives_each_partner_the_whole_amount() -> None:
    """SPEC 5: 1 for every partner's touchpoints together."""
    assert credits("participation", journey(9, 8, 7, partners="ABA"), 101, POLICY) == [51, 101, 50]


def test_custom_follows_the_first_rule_or_all_of_them() -> None:
    """A call counts 3, any touch of the last 9 days 1 more or else nothing, and 2 is for the rest."""
    touches = [
        Touch("A", CLOSED - timedelta(days=days), Fraction(1), activity_type=kind)
        for days, kind in ((20, "joint_call"), (20, None), (9, "joint_call"), (9, None))
    ]
    rules = [
        {"name": "calls", "when": {"activity_type": ["joint_call"]}, "weight": 3},
        {"name": "late", "when": {"days_before_close": {"at_most": 9}}, "weight": 1},
    ]
    scores = {}
    for combine in ("first_match", "sum"):
        content = POLICY.model_dump()
        content["models"]["custom"] = {"combine": combine, "otherwise": 2, "rules": rules}
        scores[combine] = MODELS["custom"](Journey(touches, CREATED, CLOSED), Policy.model_validate(content))
    assert scores == {"first_match": [3, 2, 3, 1], "sum": [3, 2, 4, 1]}


def test_influence_weighted_leaves_the_rest_of_the_deal_direct() -> None:
    """SPEC 5: min(1, sum of weights) of the amount, by weight."""
    assert credits("influence_weighted", journey(9, 8, weights=("0.1", "0.25")), 1000, POLICY) == [100, 250]
    assert sum(credits("influence_weighted", journey(9, 8, weights=("0.75", "1")), 1000, POLICY)) == 1000


def test_ties_in_the_remainder_go_to_the_earlier_touch() -> None:
    """SPEC 5: ties in the order of rule 9."""
    assert divide(100, [Fraction(1)] * 3) == [34, 33, 33]
    assert divide(2, [Fraction(1)] * 3) == [1, 1, 0]
