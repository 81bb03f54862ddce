"""Times: every ISO form is read to the microsecond in UTC, and nothing else is guessed."""

# ruff: noqa: DTZ001 - landed times are UTC without saying so

from datetime import UTC, date, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.parse_time import parse_times


def parsed(*texts: str | None) -> list[datetime | None]:
    return parse_times(pa.array(texts, pa.string())).timestamps().to_pylist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-31", datetime(2026, 3, 31)),
        ("2026-03-31T14:05", datetime(2026, 3, 31, 14, 5)),
        ("2026-03-31 14:05:06", datetime(2026, 3, 31, 14, 5, 6)),
        ("2026-03-31t14:05:06z", datetime(2026, 3, 31, 14, 5, 6)),
        ("2026-03-31 14:05:06 UTC", datetime(2026, 3, 31, 14, 5, 6)),
        ("2020-10-22T21:03:23.000+0000", datetime(2020, 10, 22, 21, 3, 23)),
        ("2026-03-31T14:05:06.7Z", datetime(2026, 3, 31, 14, 5, 6, 700_000)),
        ("2026-03-31T14:05:06.123456999Z", datetime(2026, 3, 31, 14, 5, 6, 123_456)),
        ("2026-03-31T23:30:00-0230", datetime(2026, 4, 1, 2, 0)),
        ("2026-03-31T01:00:00+05:30", datetime(2026, 3, 30, 19, 30)),
        ("2026-03-31T01:00:00+02", datetime(2026, 3, 30, 23, 0)),
        ("2024-02-29", datetime(2024, 2, 29)),
        ("0001-01-01", datetime(1, 1, 1)),
        ("9999-12-31T23:59:59.999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999)),
    ],
)
def test_iso_forms_are_read(text: str, expected: datetime) -> None:
    """Each form of ISO that CRMs and exports write gives the same instant in UTC."""
    assert parsed(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "31.03.2026",
        "03/31/2026",
        "2026-3-1",
        "20260331",
        "2026-13-01",
        "2026-00-10",
        "2026-02-29",
        "2026-04-31",
        "2026-01-00",
        "2026-01-01T24:00:00Z",
        "2026-01-01T10:60:00Z",
        "2026-01-01T10:00:60Z",
        "2026-01-01T10:00:00+16:00",
        "2026-01-01T10:00:00+02:60",
        "2026-01-01T10",
        "2026-01-01T10:00:00 CET",
        "2026-01-01Z",
        "0000-01-01",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "yesterday",
        "1767225600",
    ],
)
def test_what_is_no_iso_time_is_reported(text: str) -> None:
    """A cell that is not a real ISO time is null and marked as failed; it is never read as something near it."""
    times = parse_times(pa.array([text]))
    assert times.timestamps().to_pylist() == [None]
    assert times.failed.tolist() == [True]


def test_nothing_is_neither_a_time_nor_a_failure() -> None:
    """An empty cell is null without being bad."""
    times = parse_times(pa.array([None, "2026-01-01", None], pa.string()))
    assert times.failed.tolist() == [False, False, False]
    assert times.is_null.tolist() == [True, False, True]


def test_only_a_date_alone_is_a_date_only() -> None:
    """Midnight written out is a time; a date without a time is marked, because rule 1 reads it as a day."""
    times = parse_times(pa.array(["2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01 00:00", "2026-02-30", None]))
    assert times.date_only.tolist() == [True, False, False, False, False]


zones = st.integers(-15 * 60 - 59, 15 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones)


@st.composite
def written_times(draw: st.DrawFn) -> tuple[str | None, datetime | None]:
    """A time as some system may write it, with the instant it means; or nothing, or nonsense."""
    kind = draw(st.sampled_from(["time", "time", "date", "nothing", "nonsense"]))
    moment = draw(moments)
    if kind == "nothing":
        return None, None
    if kind == "nonsense":
        return draw(st.sampled_from(["n/a", "2026-99-01", "12:00", "2026-01-01T", "-"])), None
    if kind == "date":
        return moment.date().isoformat(), datetime.combine(moment.date(), datetime.min.time())
    offset = moment.strftime("%z")
    zone = draw(st.sampled_from([offset, f"{offset[:3]}:{offset[3:]}", f" {offset}"]))
    separator = draw(st.sampled_from("T "))
    digits = draw(st.integers(0, 9))
    fraction = f".{moment.microsecond:06d}000"[: digits + 1] if digits else ""
    micros = int((fraction[1:7] or "0").ljust(6, "0"))
    text = f"{moment:%Y-%m-%d}{separator}{moment:%H:%M:%S}{fraction}{zone}"
    return text, moment.replace(microsecond=micros).astimezone(UTC).replace(tzinfo=None)


@given(st.lists(written_times(), max_size=40))
def test_times_come_back_as_they_were_written(cells: list[tuple[str | None, datetime | None]]) -> None:
    """Whatever mix of offsets, fractions, dates and nonsense a column holds, each cell gets its own instant."""
    times = parse_times(pa.array([text for text, _ in cells], pa.string()))
    assert times.timestamps().to_pylist() == [moment for _, moment in cells]
    assert times.failed.tolist() == [text is not None and moment is None for text, moment in cells]


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_every_day_of_the_calendar_is_read(day: date) -> None:
    """No day between year 1 and 9999 is off by one or refused."""
    assert parsed(day.isoformat()) == [datetime.combine(day, datetime.min.time())]
