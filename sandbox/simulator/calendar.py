"""Days on which business is done: seasons, growth, weekdays, working hours and the ends of quarters."""

import numpy as np

from sandbox.simulator.settings import SimulatorSettings
from sandbox.simulator.table import DAY, chosen

_WEEKDAY_WEIGHTS = np.array([1.0, 1.1, 1.1, 1.05, 0.85, 0.04, 0.03])  # Monday first
_THURSDAY = 3  # 1970-01-01
_REGION_HOURS = np.array([19.0, 12.5, 5.5, 17.0])  # the middle of a working day in UTC, in the order of REGIONS


def business_times(
    rng: np.random.Generator, settings: SimulatorSettings, span: range, regions: np.ndarray
) -> np.ndarray:
    """One time per entry of ``regions``, on a day of ``span`` (since 1970), denser in good months and later years."""
    days = np.arange(span.start, span.stop)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    growth = np.exp(np.log1p(settings.yearly_growth) * (days - days[0]) / 365.25)
    weights = growth * np.asarray(settings.month_weights)[month] * _WEEKDAY_WEIGHTS[weekday(days)]
    return at_work(rng, days[chosen(rng, weights, len(regions))] * DAY, regions)


def at_work(rng: np.random.Generator, times: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """The same days, at some time of the region's working day; Saturdays and Sundays become Mondays, but for a few."""
    days = times // DAY
    late = np.maximum(weekday(days) - 4, 0)  # 1 on Saturday, 2 on Sunday
    days = days + np.where((late > 0) & (rng.random(len(days)) > 0.05), 3 - late, 0)
    hours = np.clip(rng.normal(_REGION_HOURS[regions], 2.2), 0.0, 23.9)
    return days * DAY + (hours * 3600).astype(np.int64)


def weekday(days: np.ndarray) -> np.ndarray:
    """0 for Monday to 6 for Sunday, of days since 1970."""
    return (days + _THURSDAY) % 7


def quarter_end(days: np.ndarray) -> np.ndarray:
    """The last day of each day's calendar quarter, all in days since 1970."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(int)
    following = (months // 3 + 1) * 3
    return following.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1


def pulled_to_quarter_end(rng: np.random.Generator, settings: SimulatorSettings, times: np.ndarray) -> np.ndarray:
    """Closes within 25 days of a quarter's end: a share of them moves into its last nine days."""
    days = times // DAY
    end = quarter_end(days)
    before = quarter_end(days - 80)
    target = np.where(days - before < 25, before, end)
    is_near = np.abs(target - days) < 25
    is_pulled = is_near & (rng.random(len(days)) < settings.quarter_end_pull)
    moved = target - rng.integers(0, 9, len(days))
    return np.where(is_pulled, moved * DAY + times % DAY, times)
