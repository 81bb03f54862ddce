"""What models say of their own scores: one reason per touchpoint, with the numbers and keys of the policy."""

import pytest

from attribution_models.batches import creditable_batch
from attribution_models.registry import Model, known_models
from attribution_models.types import Touches
from tests.attribution_models.journeys import POLICY, RULE_MODELS, Deal, touch_table, with_models


def touches(*ages: float) -> Touches:
    """One deal, created 60 days before its close, with touchpoints of partner P at ``ages`` days before it."""
    return creditable_batch(touch_table([Deal("D", 100_00, [("P", age) for age in ages])])).touches


@pytest.mark.parametrize("model", RULE_MODELS, ids=lambda model: model.name)
@pytest.mark.parametrize("ages", [[1], [70, 1], [90, 70, 20, 1]])
def test_every_touchpoint_has_a_reason(model: Model, ages: list[float]) -> None:
    """Whatever the number of touchpoints, none is left without words."""
    told = model.why(touches(*ages), POLICY)
    assert len(told) == len(ages)
    assert all(told)


def test_reasons_name_the_policys_keys_and_numbers() -> None:
    """A changed policy changes what is told, so that a reader finds the line to argue about."""
    rules = with_models(position_based={"first": 0.5, "middle": 0.1})
    assert known_models()["position_based"].why(touches(9, 8, 7, 6), rules) == [
        "first of 4: models.position_based.first 0.5",
        "in the middle: models.position_based.middle 0.1 over 2 touchpoints",
        "in the middle: models.position_based.middle 0.1 over 2 touchpoints",
        "last of 4: models.position_based.last 0.4",
    ]


def test_milestones_that_fall_together_are_told_together() -> None:
    """Of two touchpoints before the creation the first is first alone, the second is at the creation and last."""
    assert known_models()["w_shaped"].why(touches(90, 70), POLICY) == [
        "models.w_shaped.first 0.3",
        "models.w_shaped.creation 0.3 + models.w_shaped.last 0.3",
    ]
