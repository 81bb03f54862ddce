"""How learned models are judged: on later deals, which taught them nothing, by measures that others agree with."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss as their_log_loss
from sklearn.metrics import roc_auc_score

from attribution_models.judging import Forecast, auc, calibration_rows, first_test_day, log_loss
from tests.attribution_models.journeys import CLOSE, Journey, with_models
from tests.attribution_models.taught import learned_by

groups = st.lists(
    st.tuples(st.sampled_from([0.1, 0.25, 0.5, 0.8]), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12
)


def as_arrays(drawn: list[tuple[float, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Predictions, won and lost deals; a deal of each outcome is added."""
    predicted, won, lost = zip(*drawn, (0.3, 1, 1), strict=True)
    return np.array(predicted), np.array(won), np.array(lost)


@given(groups)
@settings(max_examples=60)
def test_measures_are_those_of_another_library(drawn: list[tuple[float, int, int]]) -> None:
    """AUC with ties and log-loss over groups of deals are scikit-learn's over the single deals."""
    predicted, won, lost = as_arrays(drawn)
    outcome = np.repeat([1, 0], [won.sum(), lost.sum()])
    each = np.concatenate([np.repeat(predicted, won), np.repeat(predicted, lost)])
    assert auc(predicted, won, lost) == pytest.approx(roc_auc_score(outcome, each), abs=1e-12)
    assert log_loss(predicted, won, lost) == pytest.approx(their_log_loss(outcome, each), abs=1e-12)


def test_one_outcome_has_no_auc() -> None:
    """With nothing lost there is nothing to rank."""
    assert auc(np.array([0.2, 0.5]), np.array([1, 2]), np.array([0, 0])) is None


@given(groups)
@settings(max_examples=60)
def test_calibration_holds_every_deal_once(drawn: list[tuple[float, int, int]]) -> None:
    """The bins' deals, wins and predicted wins add up to those of all deals, and predictions ascend."""
    predicted, won, lost = as_arrays(drawn)
    rows = calibration_rows(Forecast(predicted, won, lost, np.zeros_like(won)))
    assert sum(row["deal_count"] for row in rows) == won.sum() + lost.sum()
    assert sum(row["won_count"] for row in rows) == won.sum()
    told = sum(row["predicted_rate"] * row["deal_count"] for row in rows)
    assert told == pytest.approx((predicted * (won + lost)).sum())
    rates = [row["predicted_rate"] for row in rows]
    assert rates == sorted(rates)


@given(
    st.lists(st.tuples(st.integers(20_000, 20_020), st.integers(1, 4)), min_size=1, max_size=20), st.floats(0.05, 0.95)
)
@settings(max_examples=100)
def test_the_latest_deals_are_kept_out(closed: list[tuple[int, int]], test_share: float) -> None:
    """From the first day on before which the other share of deals has closed, in whole days, or from the last one."""
    days = sorted(day for day, deals in closed for _ in range(deals))
    distinct = sorted(set(days))
    enough = [one for one in distinct[1:] if sum(day < one for day in days) >= (1 - test_share) * len(days)]
    wanted = enough[0] if enough else distinct[-1] + (len(distinct) == 1)
    day, deals = (np.array(part) for part in zip(*closed, strict=True))
    assert first_test_day(day, deals, test_share) == wanted


def over_time(later: Callable[[int], bool]) -> list[Journey]:
    """200 deals a day apart, of which A wins three of four and B one of four; the last 50 win where ``later`` says."""
    return [
        Journey(
            f"{i:03}",
            "won" if (later(i) if i >= 150 else (i % 2 == 0) == (i % 8 < 6)) else "lost",
            ["A" if i % 2 == 0 else "B"],
            closed_at=CLOSE + timedelta(days=i),
        )
        for i in range(200)
    ]


@pytest.mark.parametrize("name", ["markov", "shapley"])
def test_quality_is_that_of_later_deals_which_taught_nothing(name: str) -> None:
    """The latest quarter is judged by what the others taught: where it goes the other way, the model loses to the base
    rate, and neither the training rows nor the predictions move.
    """
    rules = with_models(learned={"bootstrap_samples": 20})
    as_before, contrary = (
        learned_by(name, over_time(rule), rules).tables for rule in (lambda i: i % 2 == 0, lambda i: i % 2 == 1)
    )
    quality, worse = (
        {(row["measure"], row["sample"]): row for row in tables["quality"].to_pylist()}
        for tables in (as_before, contrary)
    )
    test, train = quality["log_loss", "test"], quality["log_loss", "train"]
    dates = [row[name].date() for row in (train, test) for name in ("closed_from", "closed_until")]
    assert dates == [(CLOSE + timedelta(days=day)).date() for day in (0, 149, 150, 199)]
    assert (train["deal_count"], test["deal_count"]) == (150, 50)
    assert test["value"] < test["base_value"] and quality["auc", "test"]["value"] == 1
    assert worse["log_loss", "test"]["value"] > worse["log_loss", "test"]["base_value"]
    assert worse["auc", "test"]["value"] == 0
    assert worse["auc", "train"] == quality["auc", "train"]
    predicted, later = (tables["calibration"]["predicted_rate"].to_pylist() for tables in (as_before, contrary))
    assert predicted == later
