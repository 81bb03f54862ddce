"""Currencies, and what a US dollar is worth in each of them month by month."""

import numpy as np

from sandbox.picklists import CURRENCIES
from sandbox.simulator.setting import Setting
from sandbox.simulator.table import DAY, Table, chosen_by_row

_PER_USD = np.array([1.0, 0.92, 0.79, 1.36, 149.0, 1.52, 5.2])
_MONTHLY_DRIFT = 0.014
_WHOLE_UNITS = CURRENCIES.index("JPY")
# Which currencies deals are made in, by region (rows: REGIONS, columns: CURRENCIES).
_USED = np.array(
    [
        [0.88, 0.00, 0.00, 0.12, 0.00, 0.00, 0.00],
        [0.08, 0.57, 0.35, 0.00, 0.00, 0.00, 0.00],
        [0.35, 0.00, 0.00, 0.00, 0.30, 0.35, 0.00],
        [0.62, 0.00, 0.00, 0.00, 0.00, 0.00, 0.38],
    ]
)
_LATE_CURRENCY = CURRENCIES.index("BRL")
_LATE_MONTHS = 14  # the last currency was set up so long ago: older deals in it have no rate


def simulate_rates(setting: Setting) -> Table:
    """One row per currency and month: currency, first day (days since 1970), the day after its last, units per dollar.

    The table begins before the first deal; the last month of each currency is open (``next_start`` -1).
    """
    first = np.datetime64(setting.span.start - 250, "D").astype("datetime64[M]").astype(int)
    last = np.datetime64(setting.span.stop, "D").astype("datetime64[M]").astype(int)
    months = np.arange(first, last + 1)
    walk = np.cumsum(setting.rng.normal(0.0, _MONTHLY_DRIFT, (len(CURRENCIES), len(months))), axis=1)
    walk[0] = 0.0
    currency, month = np.divmod(np.arange(walk.size), len(months))
    starts = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = np.append(starts[1:], -1)
    table = {
        "currency": currency,
        "start": starts[month],
        "next_start": following[month],
        "per_usd": np.round((_PER_USD[:, None] * np.exp(walk)).reshape(-1), 6),
    }
    is_served = (currency != _LATE_CURRENCY) | (month >= len(months) - _LATE_MONTHS)
    return {name: column[is_served] for name, column in table.items()}


def choose_currencies(setting: Setting, regions: np.ndarray) -> np.ndarray:
    """The currency of each deal or investment, by its region."""
    return chosen_by_row(setting.rng, _USED, regions)


def in_currency(amounts_usd: np.ndarray, currency: np.ndarray, times: np.ndarray, rates: Table) -> np.ndarray:
    """Amounts in their own currency at the rate of the time, in whole cents (whole units where there are no cents)."""
    amounts = amounts_usd * _rates_at(currency, times // DAY, rates)
    return np.where(currency == _WHOLE_UNITS, np.round(amounts), np.round(amounts, 2))


def _rates_at(currency: np.ndarray, days: np.ndarray, rates: Table) -> np.ndarray:
    found = _PER_USD[currency]
    for code in np.unique(currency):
        own = np.flatnonzero(rates["currency"] == code)
        rows = np.flatnonzero(currency == code)
        place = np.searchsorted(rates["start"][own], days[rows], side="right") - 1
        found[rows] = np.where(place >= 0, rates["per_usd"][own[np.maximum(place, 0)]], found[rows])
    return found
