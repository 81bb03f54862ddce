"""ISO text to times in UTC, a column at a time. What isn't an ISO date or time is reported, never guessed."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from extract.arrays import Bools, Cells, Ints, absent, compute, int_array

_ISO = (
    r"^(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?P<time>[Tt ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    r"(?: ?(?:[Zz]|UTC|GMT|(?P<sign>[+-])(?P<zone_hour>\d\d)(?::?(?P<zone_minute>\d\d))?))?)?$"
)
_SECOND = 1_000_000
DAY = 86_400 * _SECOND
_FIRST = int(np.datetime64("0001-01-01", "us").astype(np.int64))
_LAST = int(np.datetime64("9999-12-31T23:59:59.999999", "us").astype(np.int64))

TIME_REASON = "not an ISO date or time such as 2026-03-31 or 2026-03-31T14:05:00Z"
DATE_REASON = "not an ISO date such as 2026-03-31"


@dataclass(frozen=True)
class Times:
    """Microseconds since 1970 in UTC (0 where there is none), and which cells failed or were a date alone."""

    micros: Ints
    is_null: Bools
    failed: Bools
    date_only: Bools

    def timestamps(self) -> Cells:
        return pa.array(self.micros, pa.int64(), mask=self.is_null).cast(pa.timestamp("us"))


def parse_times(text: Cells) -> Times:
    """Times of trimmed text cells: offsets are honoured, none means UTC, finer than microseconds is cut off."""
    empty = absent(text)
    micros, good, alone = _parse_present(text.filter(pa.array(~empty)))
    return Times(
        micros=_spread(micros, ~empty, good),
        is_null=_spread_mask(~good, ~empty, where_absent=True),
        failed=_spread_mask(~good, ~empty, where_absent=False),
        date_only=_spread_mask(alone & good, ~empty, where_absent=False),
    )


def _spread(values: Ints, where: Bools, good: Bools) -> Ints:
    result = np.zeros(len(where), np.int64)
    result[where] = np.where(good, values, 0)
    return result


def _spread_mask(values: Bools, where: Bools, *, where_absent: bool) -> Bools:
    result = np.full(len(where), where_absent)
    result[where] = values
    return result


def _parse_present(text: Cells) -> tuple[Ints, Bools, Bools]:
    parts = compute.extract_regex(text, _ISO)
    matched = ~absent(parts)
    days, real_date = _civil_days(_number(parts, "year"), _number(parts, "month"), _number(parts, "day"))
    clock, real_clock = _clock(parts)
    micros = days * DAY + clock
    alone = np.asarray(compute.equal(compute.struct_field(parts, "time"), "").fill_null(False))
    inside = (micros >= _FIRST) & (micros <= _LAST)
    return micros, matched & real_date & real_clock & inside, alone


def _clock(parts: Cells) -> tuple[Ints, Bools]:
    hour, minute, second = (_number(parts, name) for name in ("hour", "minute", "second"))
    zone_hour, zone_minute = _number(parts, "zone_hour"), _number(parts, "zone_minute")
    west = np.asarray(compute.equal(compute.struct_field(parts, "sign"), "-").fill_null(False))
    offset = np.where(west, -1, 1) * (zone_hour * 3600 + zone_minute * 60)
    micros = (hour * 3600 + minute * 60 + second - offset) * _SECOND + _fraction(parts)
    real = (hour < 24) & (minute < 60) & (second < 60) & (zone_hour < 16) & (zone_minute < 60)
    return micros, real


def _number(parts: Cells, name: str) -> Ints:
    cells = compute.struct_field(parts, name).fill_null("0")
    return int_array(compute.if_else(compute.equal(cells, ""), "0", cells))


def _fraction(parts: Cells) -> Ints:
    cells = compute.struct_field(parts, "fraction").fill_null("")
    return int_array(compute.utf8_rpad(compute.utf8_slice_codeunits(cells, 0, 6), 6, "0"))


def _civil_days(year: Ints, month: Ints, day: Ints) -> tuple[Ints, Bools]:
    """Days since 1970, and whether the calendar has that day."""
    months = (np.clip(year, 1, 9999) - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    real = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= following - first)
    return first + day - 1, real
