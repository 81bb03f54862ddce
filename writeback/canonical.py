"""One form for each value, whoever gives it, so that a run with no change finds no difference.

Numbers are decimal text at the field's scale, dates ISO text, empty text is null, and text is as the CRM will keep it:
trimmed, with plain line breaks and no longer than the field.
"""

import math
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from writeback.target import Field
from writeback.types import Value

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def canonical(field: Field, value: Any) -> Value:  # noqa: ANN401 - marts and CRM give every type
    """``value`` as the ledger keeps it.

    Raises:
        ValueError: the value is not of the field's kind.
    """
    if field.kind == "boolean":
        return _boolean(value)
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if field.kind == "number":
        return _number(value, field.scale)
    if field.kind == "date":
        return _date(value)
    if field.kind == "reference":
        return long_id(str(value).strip())
    return _text(str(value), field.length)


def wire(field: Field, value: Value) -> str | bool | int | float | None:
    """A canonical value as JSON carries it. A double holds 15 digits: cents of up to ten thousand billion."""
    if field.kind != "number" or value is None:
        return value
    return float(value) if field.scale else int(value)


def long_id(identifier: str) -> str:
    """The 18-character form of a 15-character record id; anything else as it is."""
    if len(identifier) != 15 or not (identifier.isascii() and identifier.isalnum()):
        return identifier
    chunks = (identifier[start : start + 5] for start in (0, 5, 10))
    return identifier + "".join(_SUFFIX[sum(1 << i for i, c in enumerate(chunk) if c.isupper())] for chunk in chunks)


def _boolean(value: Any) -> bool:  # noqa: ANN401
    # A checkbox is never null in the CRM: null and false are the same there.
    if value is None or isinstance(value, bool):
        return bool(value)
    raise ValueError(f"{value!r} is no boolean")


def _number(value: Any, scale: int) -> str:  # noqa: ANN401
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"{value!r} is no number")
    rounded = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def _date(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return date.fromisoformat(str(value)[:10]).isoformat()


def _text(value: str, length: int) -> str | None:
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    printable = "".join(c for c in lines if c in "\n\t" or ord(c) >= 32)
    return _cut(printable.strip(), length) or None


def _cut(text: str, length: int) -> str:
    """At most ``length`` UTF-16 units: the CRM counts a character outside the basic plane as two."""
    if not length or len(text.encode("utf-16-le")) <= 2 * length:
        return text
    kept = text.encode("utf-16-le")[: 2 * (length - 1)].decode("utf-16-le", errors="ignore")
    return kept.rstrip() + "…"
