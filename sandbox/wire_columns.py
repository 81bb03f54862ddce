"""Turns arrays of the simulator into columns as they lie in the store: ids, words, times as Salesforce writes them."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from sandbox import ids
from sandbox.schema import Stored
from sandbox.simulator.table import DAY, NO_TIME, NOBODY

Column = list[Stored]
FIRST_HIDDEN = 900_000_001  # records from this number on exist, but the connected user may not see them


def id_column(prefix: str, rows: np.ndarray, first: int = 1) -> Column:
    """Ids of the records at these ``rows``, the first of which has number ``first``; NOBODY is null.

    A reference to an unknown record becomes the id of one that the CRM does not show.
    """
    hidden = FIRST_HIDDEN + np.arange(len(rows))
    numbers = np.where(rows < NOBODY, hidden, rows + first)
    return _with_nulls(_text(ids.make_ids(prefix, np.maximum(numbers, 0))), rows == NOBODY)


def word_column(words: Sequence[str | None] | np.ndarray, rows: np.ndarray) -> Column:
    """The word at each of these ``rows``; NOBODY is null."""
    return np.append(np.asarray(words, dtype=object), None)[rows].tolist()


def key_column(label: str, rows: np.ndarray) -> Column:
    """Keys such as ACT-0000017: the label and the row's number, from 1."""
    return [f"{label}-{row + 1:07d}" for row in rows.tolist()]


def moment_column(times: np.ndarray) -> Column:
    """Times (seconds since 1970) as 2020-10-22T21:03:23.000+0000; NO_TIME is null."""
    is_null = times == NO_TIME
    days, seconds = np.divmod(np.where(is_null, 0, times), DAY)
    out = np.empty((len(times), 28), dtype=np.uint8)
    out[:, :10] = _day_letters(days)
    out[:, 10:] = _CLOCK[seconds]
    return _with_nulls(_text(out.reshape(-1).view("S28")), is_null)


def day_column(times: np.ndarray) -> Column:
    """The days of these times, as 2020-10-22; NO_TIME is null."""
    is_null = times == NO_TIME
    letters = np.ascontiguousarray(_day_letters(np.where(is_null, 0, times) // DAY))
    return _with_nulls(_text(letters.reshape(-1).view("S10")), is_null)


def number_column(numbers: np.ndarray) -> Column:
    """Numbers; NaN is null."""
    return _with_nulls(numbers.tolist(), np.isnan(numbers))


def flag_column(flags: np.ndarray) -> Column:
    return flags.astype(int).tolist()


def _day_letters(days: np.ndarray) -> np.ndarray:
    if not len(days):
        return np.empty((0, 10), dtype=np.uint8)
    first = days.min()
    calendar = np.arange(first, days.max() + 1).astype("datetime64[D]")
    letters = np.datetime_as_string(calendar).astype("S10").view(np.uint8).reshape(-1, 10)
    return letters[days - first]


def _text(letters: np.ndarray) -> list[str]:
    # Arrow decodes a column of bytes several times faster than Python does one by one.
    return pa.array(letters, pa.binary()).cast(pa.string()).to_pylist()


def _with_nulls(column: Column, is_null: np.ndarray) -> Column:
    for row in np.flatnonzero(is_null).tolist():
        column[row] = None
    return column


def _clock_letters() -> np.ndarray:
    texts = [
        f"T{hour:02d}:{minute:02d}:{second:02d}.000+0000"
        for hour in range(24)
        for minute in range(60)
        for second in range(60)
    ]
    return np.array(texts, dtype="S18").view(np.uint8).reshape(-1, 18)


_CLOCK = _clock_letters()  # the letters of every second of a day
