"""How well a learned model predicts deals that it has not seen: the split by time, AUC, log-loss and calibration.

Predictions come as groups of decided deals that share one: ``predicted`` win rate, ``won`` and ``lost`` counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from attribution_models.types import MICROSECONDS_PER_DAY, Flags, Floats, Ints

_BINS = 10
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as the warehouse holds it


def day_of(time: Ints) -> Ints:
    """Whole days UTC since 1970 of times in microseconds."""
    return time // MICROSECONDS_PER_DAY


def first_test_day(day: Ints, deals: Ints, test_share: float) -> int:
    """The day from which on the latest ``test_share`` of deals closed; a day's deals are never parted.

    ``deals`` closed on each ``day`` (days may repeat, in any order). All on one day: the day after, nothing to test on.
    """
    first = int(day.min())
    closed = np.bincount(day - first, weights=deals)
    before = np.cumsum(closed) - closed
    later = np.flatnonzero((closed > 0) & (before > 0) & (before >= (1 - test_share) * deals.sum()))
    last = len(closed) - 1
    return first + (int(later[0]) if len(later) else last + (before[last] == 0))


@dataclass(frozen=True, eq=False)
class Forecast:
    """Groups of decided deals with one prediction each, closed from ``day`` to ``last_day`` (None: on one day)."""

    predicted: Floats
    won: Ints
    lost: Ints
    day: Ints
    last_day: Ints | None = None

    @property
    def until(self) -> Ints:
        """Per group, the day on which its last deal closed."""
        return self.day if self.last_day is None else self.last_day

    def where(self, flag: Flags) -> "Forecast":
        """The groups that carry ``flag``."""
        return Forecast(self.predicted[flag], self.won[flag], self.lost[flag], self.day[flag], self.until[flag])


def auc(predicted: Floats, won: Ints, lost: Ints) -> float | None:
    """How often a won deal was rated above a lost one, ties half (Mann-Whitney); None without both outcomes."""
    values, place = np.unique(predicted, return_inverse=True)
    wins, losses = (np.bincount(place, weights=counts, minlength=len(values)) for counts in (won, lost))
    if not wins.sum() or not losses.sum():
        return None
    below = np.cumsum(losses) - losses
    return float((wins * (below + losses / 2)).sum() / (wins.sum() * losses.sum()))


def log_loss(predicted: Floats, won: Ints, lost: Ints) -> float:
    """Mean of minus the log of the chance that was given to what came (predictions strictly between 0 and 1)."""
    return float(-(won * np.log(predicted) + lost * np.log1p(-predicted)).sum() / (won.sum() + lost.sum()))


def quality_rows(forecast: Forecast, sample: str, base_rate: float) -> list[dict[str, Any]]:
    """AUC and log-loss as rows of the table ``quality``, beside those of predicting ``base_rate`` for the same deals.

    ``base_rate`` is the win rate of the deals that were learned from: the best that was known without the model.
    """
    won, lost = forecast.won, forecast.lost
    if not (won.sum() + lost.sum()):
        return []
    flat = np.full(len(won), base_rate)
    facts = {
        "sample": sample,
        "deal_count": int(won.sum() + lost.sum()),
        "won_count": int(won.sum()),
        "closed_from": _EPOCH + timedelta(days=int(forecast.day.min())),
        "closed_until": _EPOCH + timedelta(days=int(forecast.until.max())),
    }
    return [
        {"measure": name, "value": measure(forecast.predicted, won, lost), "base_value": measure(flat, won, lost)}
        | facts
        for name, measure in (("auc", auc), ("log_loss", log_loss))
    ]


def calibration_rows(forecast: Forecast) -> list[dict[str, Any]]:
    """Predicted against observed win rates in up to ten bins of about as many deals, as rows of ``calibration``."""
    order = np.argsort(forecast.predicted, kind="stable")
    values, place = np.unique(forecast.predicted[order], return_inverse=True)
    won, lost = (np.bincount(place, weights=counts[order]) for counts in (forecast.won, forecast.lost))
    deals = won + lost
    middle = (np.cumsum(deals) - deals / 2) / max(deals.sum(), 1)
    _, bins = np.unique((middle * _BINS).astype(np.int64), return_inverse=True)
    total, wins, predicted = (np.bincount(bins, weights=part) for part in (deals, won, deals * values))
    return [
        {
            "bin": number + 1,
            "deal_count": int(total[number]),
            "won_count": int(wins[number]),
            "predicted_rate": predicted[number] / total[number],
            "observed_rate": wins[number] / total[number],
        }
        for number in range(len(total))
        if total[number]
    ]
