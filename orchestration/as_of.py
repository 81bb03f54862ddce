"""The run's one "now", as a person writes it."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from attribution_models.errors import BadInput


def parse_as_of(text: str, zone: ZoneInfo) -> datetime:
    """The instant that ``text`` names: a date alone is its start in ``zone``, a time without offset is UTC.

    Raises:
        BadInput: not an ISO 8601 date or time.
    """
    written = text.strip()
    try:
        if len(written) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(written), time.min, zone)
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise BadInput(f"--as-of {text!r} is not a time.", "Write it as 2026-09-30 or 2026-09-30T06:00:00Z.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
