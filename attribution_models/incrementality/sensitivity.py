"""What a reason that nobody recorded could do to an effect, measured against the strongest reason that was recorded.

Each recorded covariate in turn is treated as if it had not been recorded. How far the effect moves shows what leaving
out a reason of that strength does (benchmarking by omission: Imbens 2003; Carnegie, Harada, Hill 2016).
E-value: VanderWeele, Ding 2017.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from attribution_models.incrementality.effect import Effect

_LOG_RISK_PER_DEVIATION = 0.91  # of a standardised difference as an approximate log risk ratio (VanderWeele, Ding 2017)


@dataclass(frozen=True)
class Omission:
    """The recorded covariate that moves the effect furthest when it is left out, and how far, on the effect's scale."""

    covariate: str
    moved: float


def strongest(known: Effect, unknown: Mapping[str, Effect]) -> Omission | None:
    """Of the effects estimated as if one covariate (by name) had not been recorded, the one furthest from ``known``."""
    moves = [Omission(name, abs(effect.difference - known.difference)) for name, effect in unknown.items()]
    best = max(moves, key=lambda one: (one.moved, one.covariate), default=None)
    return best if best and best.moved > 0 else None


def times_to_nothing(difference: float, half_width: float, allowance: float) -> float | None:
    """How many times as strong an unseen reason would have to be for the interval to hold 0; None without a measure."""
    if allowance <= 0:
        return None
    return max(abs(difference) - half_width, 0.0) / allowance


def e_value(ratio: float) -> float:
    """How strongly (as a risk ratio) an unseen reason would have to go with both, to explain ``ratio`` away.

    Raises:
        ValueError: ``ratio`` is not a positive number.
    """
    if not (ratio > 0 and math.isfinite(ratio)):
        raise ValueError(f"a risk ratio is a positive number, not {ratio}")
    above = max(ratio, 1.0 / ratio)
    return above + math.sqrt(above * (above - 1.0))


def e_value_of(effect: Effect, difference: float, is_rate: bool) -> float | None:
    """The E-value of a ``difference`` on the scale of ``effect``; None where no ratio can be made of it."""
    if not is_rate:
        return e_value(math.exp(_LOG_RISK_PER_DEVIATION * difference / effect.deviation)) if effect.deviation else None
    without = effect.touched_mean - difference
    return e_value(effect.touched_mean / without) if effect.touched_mean > 0 and without > 0 else None


def nearest_to_nothing(difference: float, half_width: float) -> float:
    """The end of the interval that lies nearest to 0; 0 where the interval holds it."""
    return math.copysign(max(abs(difference) - half_width, 0.0), difference)
