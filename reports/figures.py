"""How numbers look: money, shares, changes, intervals and dates as a person reads them.

Formatting only. A value that is missing, infinite or not a number becomes words, never a zero.
"""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

Number = int | float | Decimal
LINE_ENDS = re.compile("[\n\r\t\v\f\u2028\u2029]")
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, halves of characters, and marks of direction."""
SMALLEST_SHARE_SHOWN = 0.0005
"""A share of one decimal in percent would show anything below this as 0.0%."""


@dataclass(frozen=True)
class Figure:
    """One value of a table or headline: what is printed, what it sorts by, and the small print beside it.

    ``unit`` is the currency code of money, empty otherwise. ``is_words`` marks a value that is not a number because
    there is none; ``is_name`` one that came from the CRM and may be written in any direction. ``lines`` are further
    lines beneath it. ``href`` leads to a file beside the page, ``behind`` names the deals that a page
    opens for it (``reports.behind``).
    """

    text: str
    sort: float | str | None = None
    unit: str = ""
    note: str = ""
    mark: str = ""
    is_words: bool = False
    is_name: bool = False
    lines: tuple[str, ...] = ()
    href: str = ""
    behind: str = ""

    @property
    def full(self) -> str:
        """The value with its unit and no break between them, as a sentence needs it."""
        if self.is_words or not self.unit:
            return self.text
        sign = "minus " if self.text.startswith("minus ") else ""
        return f"{sign}{self.unit}\u00a0{self.text.removeprefix(sign)}"

    @property
    def sort_text(self) -> str | None:
        """What a page sorts the value by: the number as its text says it, or to six digits where that says less."""
        if not isinstance(self.sort, float):
            return self.sort
        plain = self.text.replace(",", "")
        return plain if plain == f"{self.sort:.2f}" and float(plain) == self.sort else f"{self.sort:.6g}"


def is_known(value: object) -> bool:
    """Whether ``value`` is a finite number."""
    return isinstance(value, int | float | Decimal) and math.isfinite(value)


def words(text: str) -> Figure:
    """A value that is not there, and why."""
    return Figure(text, None, is_words=True)


def name(text: str | None, *, note: str = "", href: str = "") -> Figure:
    """A name from the CRM; an empty one says so."""
    cleaned = clean_name(text)
    return Figure(cleaned, cleaned.casefold(), note=note, is_name=True, href=href) if cleaned else words("(no name)")


def isolate(text: str) -> str:
    """``text`` between marks that keep its direction of writing to itself, for use inside a sentence."""
    return f"\u2068{text}\u2069"


def clean_name(text: str | None) -> str:
    """``text`` on one line, without control characters and without marks that would turn its neighbours' direction."""
    return " ".join(UNPRINTABLE.sub("", LINE_ENDS.sub(" ", text or "")).split())


@lru_cache(maxsize=1 << 16)
def money(
    value: Number | None, currency: str, missing: str = "not available", *, zero: str = "none", note: str = ""
) -> Figure:
    """``value`` with thousands separators and cents; ``missing`` says why there is none, ``zero`` names nothing."""
    if not is_known(value):
        return words(missing)
    if value == 0:
        return Figure(zero, 0.0, note=note, is_words=True)
    return Figure(amount_text(value), float(value), unit=currency, note=note)


def amount_text(value: Number, places: int = 2) -> str:
    """``value`` with thousands separators; a negative one in words, so that no dash is taken for a range."""
    text = f"{abs(value):,.{places}f}"
    return f"minus {text}" if value < 0 and text.strip("0,.") else text


def count(value: Number | None, missing: str = "none", *, note: str = "") -> Figure:
    """A whole number with thousands separators."""
    return Figure(f"{int(value):,}", float(value), note=note) if is_known(value) else words(missing)


def share(value: Number | None, missing: str = "none", *, note: str = "") -> Figure:
    """A ratio as a percentage with one decimal."""
    if not is_known(value):
        return words(missing)
    return Figure(percent_text(value), float(value), note=note)


def percent_text(value: Number) -> str:
    """0.1234 as 12.3%; what would round to 0.0% though it is not nothing is given as under 0.1%."""
    if 0 < abs(value) < SMALLEST_SHARE_SHOWN:
        return "under 0.1%" if value > 0 else "just below 0%"
    return f"{amount_text(float(value) * 100, 1)}%"


def points_text(value: Number) -> str:
    """A difference of two rates (0.123) in percentage points, as 12.3 points."""
    return f"{amount_text(float(value) * 100, 1)} points"


def times(value: Number | None, missing: str, *, note: str = "") -> Figure:
    """A multiple, such as a return of 3.4x."""
    return Figure(f"{amount_text(value, 1)}x", float(value), note=note) if is_known(value) else words(missing)


def change_words(ratio: Number | None, than: str | None) -> str:
    """``ratio`` (0.1 = a tenth more) against the period labelled ``than``, in plain words.

    >>> change_words(0.123, "2026-Q2")
    'up 12.3% on 2026-Q2'
    """
    if than is None:
        return "no earlier period to compare with"
    if not is_known(ratio):
        return f"no comparison: nothing in {than}"
    if ratio == 0:
        return f"unchanged on {than}"
    return f"{'up' if ratio > 0 else 'down'} {percent_text(abs(ratio))} on {than}"


def direction(ratio: Number | None) -> str:
    """``up``, ``down`` or ``level``, for the sign beside a change."""
    if not is_known(ratio) or ratio == 0:
        return "level"
    return "up" if ratio > 0 else "down"


def interval_text(low: Number | None, high: Number | None) -> str:
    """A 95% interval of a rate, or nothing where it isn't known."""
    if not (is_known(low) and is_known(high)):
        return ""
    return f"{percent_text(low)} to {percent_text(high)}"


def day_text(value: date | datetime | None, missing: str = "not known") -> str:
    """A day as 1 Jul 2026."""
    return f"{value.day} {value:%b %Y}" if value is not None else missing


def instant_text(value: datetime | None, missing: str = "not known") -> str:
    """A UTC time to the minute, or to the second where that matters to the order of things."""
    if value is None:
        return missing
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if value.second or value.microsecond else f"{value:%Y-%m-%d %H:%M} UTC"


def list_words(items: list[str], last: str = "and") -> str:
    """``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 deal``, ``2 deals``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
