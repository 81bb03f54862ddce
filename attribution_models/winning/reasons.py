"""Why a touchpoint has its score: the published effect, its interval, and how much of it was left at the close."""

from collections.abc import Mapping

import numpy as np

from attribution_models.learned import Published
from attribution_models.policy import Policy
from attribution_models.types import Touches
from attribution_models.winning.design import Pair
from attribution_models.winning.doses import kinds_of, left_at_close, strengths
from attribution_models.winning.names import HALF_LIFE, effect_name, told
from attribution_models.winning.scoring import choices

Numbers = Mapping[str, Mapping[str, float | None]]


def reasons(touches: Touches, policy: Policy, published: Published) -> list[str]:
    """For each touchpoint, the number of ``published`` that made its score."""
    numbers = {row["parameter"]: row for row in published.get("parameter", [])}
    if HALF_LIFE not in numbers:
        return [""] * touches.rows
    days = float(numbers[HALF_LIFE]["value"])
    kinds, channel = kinds_of(touches), touches.categories["channel"]
    left, strength = left_at_close(touches, kinds, days), strengths(touches, kinds, policy)
    told_of = {
        pair: _effect(Pair(kinds.values[pair[0]], channel.values[pair[1]]), numbers)
        for pair in set(zip(kinds.codes.tolist(), channel.codes.tolist(), strict=True))
    }
    return [
        told_of[kinds.codes[row], channel.codes[row]]
        + _left(kinds.values[kinds.codes[row]].lasts, float(touches.age_days[row]), float(left[row]), days)
        + _strength(float(strength[row]))
        for row in range(touches.rows)
    ]


def _effect(pair: Pair, numbers: Numbers) -> str:
    """The effect of the nearest pair that was learned, in words."""
    found = next((choice for choice in choices(pair) if effect_name(choice) in numbers), Pair(pair.kind, ""))
    row = numbers.get(effect_name(found), {})
    value = row.get("value")
    if value is None:
        return "no effect was published"
    low, high = row.get("value_low"), row.get("value_high")
    within = "" if low is None or high is None else f" ({low:+.2f} to {high:+.2f})"
    nothing = ": no claim" if value <= 0 else ""
    return f"{told(found)}: {value:+.2f}{within} on the logit of winning{nothing}"


def _left(lasts: bool, age_days: float, left: float, half_life_days: float) -> str:
    if lasts:
        return "; does not fade"
    return f"; {max(age_days, 0):.0f} days before the close {left:.0%} is left (half-life {half_life_days:.0f} days)"


def _strength(strength: float) -> str:
    return "" if np.isclose(strength, 1.0) else f"; times {strength:.2f} for its use"
