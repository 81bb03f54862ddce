"""The engine's output: one table per model and batch, with the columns that the warehouse reads."""

import numpy as np
import pytest

from attribution_models.registry import Model
from attribution_models.run import CREDIT_SCHEMA, run
from tests.attribution_models.journeys import POLICY, RULE_MODELS, Deal, touch_table


def test_columns_and_rows() -> None:
    """Every model has every touchpoint of the deal, also where its credit is zero."""
    table = touch_table([Deal("D", 100_01, [("A", 9, 0.5), ("B", 8, 0.25)])])
    out = dict(run([table], POLICY, RULE_MODELS))
    assert list(out) == [model.name for model in RULE_MODELS]
    assert all(credits.schema.equals(CREDIT_SCHEMA) and credits.num_rows == 2 for credits in out.values())
    assert out["linear"].to_pylist()[0] == {
        "deal_id": "D", "touchpoint_id": "D:1", "partner_id": "A", "position": 1, "score": 1.0,
        "share": 5001 / 10001, "credit_cents": 5001, "remainder_cents": 1,
    }  # fmt: skip


def test_a_deal_of_nothing_has_shares_of_nothing() -> None:
    """Where a policy has no floor, a deal of 0.00 gives credits of 0 and no division by zero."""
    out = dict(run([touch_table([Deal("D", 0, [("A", 9)])])], POLICY, RULE_MODELS))
    assert all(row["share"] == 0 and row["credit_cents"] == 0 for table in out.values() for row in table.to_pylist())


@pytest.mark.parametrize(
    ("scores", "message"),
    [(np.array([1.0, np.nan]), "not a number"), (np.array([0.0, 0.0]), "0 of the 500 cents of deal D were given out")],
)
def test_a_model_that_breaks_the_sum_is_stopped(scores: np.ndarray, message: str) -> None:
    """A new model with a mistake can't publish a total that does not add up; the message names model and deal."""
    model = Model("mistaken", lambda touches, policy: scores, lambda policy: "", "", lambda touches, policy: [])
    with pytest.raises(ValueError, match=f"model mistaken.*{message}"):
        list(run([touch_table([Deal("D", 500, [("A", 2), ("B", 1)])])], POLICY, [model]))
