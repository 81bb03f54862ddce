"""Calendar arithmetic in the policy's time zone, spelled out. Every instant is a naive UTC datetime.

Rule 1: "Days, months and periods are cut in that time zone." So months and days are counted on the wall clock there.
A wall-clock time that a change to summer time skips counts with the offset before the change; one that comes
twice means its first coming.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)


def wall_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    """What clocks in the zone show at an instant."""
    return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which clocks in the zone show ``wall``."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(tzinfo=None)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant in the zone."""
    return wall_clock(instant, zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a calendar day in the zone."""
    return instant_of(datetime.combine(day, time.min), zone)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond of a calendar day in the zone."""
    return start_of_day(day + timedelta(days=1), zone) - MICROSECOND


def date_months_before(day: date, months: int) -> date:
    """The same day of the month ``months`` earlier; where that month is too short, its last day."""
    month_number = day.year * 12 + (day.month - 1) - months
    year, month = month_number // 12, month_number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def months_before(instant: datetime, months: int, zone: ZoneInfo) -> datetime:
    """The same wall-clock time ``months`` calendar months earlier."""
    wall = wall_clock(instant, zone)
    return instant_of(datetime.combine(date_months_before(wall.date(), months), wall.time()), zone)


def days_after(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same wall-clock time ``days`` days later; a negative number of days goes back."""
    return instant_of(wall_clock(instant, zone) + timedelta(days=days), zone)
