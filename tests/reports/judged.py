"""A scorecard and its advice for the small programmes that the report is tested on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from attribution_models.scorecard.measure import MEANINGS

Row = dict[str, Any]
CUT = datetime(2026, 3, 31, 12)  # noqa: DTZ001  the marts hold naive UTC times
NO_GAIN = "11 decided deals with a partner after the cut are too few"


def scorecard(models: Sequence[str]) -> list[Row]:
    """Every measure of ``models``: gains are not known for any, the last model has no interval and little data."""
    return [_measured(place, model, measure, models) for place, model in enumerate(models) for measure in MEANINGS]


def _measured(place: int, model: str, measure: str, models: Sequence[str]) -> Row:
    row: Row = {"model": model, "measure": measure, "meaning": MEANINGS[measure], "cut_at": CUT}
    if measure == "log_loss_gain":
        return row | {"note": NO_GAIN, "is_small_sample": False}
    value = 0.9 - 0.1 * place
    if place == len(models) - 1:
        return row | {"value": value, "is_small_sample": True}
    return row | {"value": value, "value_low": value - 0.05, "value_high": value + 0.05, "is_small_sample": False}


def recommendations() -> list[Row]:
    """One situation that holds, one that does not, one that nothing is known of, and the advice."""
    return [
        _situation("high_engagement", 2, True, "linear", "High engagement: 3.5, where the policy asks for 3."),
        _situation("long_cycles", 3, False, "first_touch", "Long cycles: 58 days. So it does not hold."),
        _situation("learned_model", 1, None, None, "A learned model that predicts: none says how well."),
        _situation("primary", None, True, "linear", "High engagement: 3.5, where the policy asks for 3."),
    ]


def _situation(name: str, precedence: int | None, holds: bool | None, model: str | None, text: str) -> Row:
    return {
        "situation": name,
        "precedence": precedence,
        "holds": holds,
        "model": model,
        "is_available": model is not None,
        "text": text,
    }
