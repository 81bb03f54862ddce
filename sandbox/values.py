"""How one value is kept and read from the wire: text as Salesforce writes it, numbers as doubles, flags as 0 and 1."""

import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from sandbox.errors import CrmError, RowError
from sandbox.schema import Field, Stored

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2})$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")


def moment_text(moment: datetime) -> str:
    """``moment`` (aware) as Salesforce sends it: 2020-10-22T21:03:23.000+0000, always in UTC, cut to milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def parse_moment(text: str) -> datetime:
    """The instant that ``text`` names. Raises ValueError where it names none, or leaves its offset out."""
    match = _MOMENT.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no time with an offset")
    day, clock, fraction, offset = match.groups()
    return datetime.fromisoformat(f"{day}T{clock}{(fraction or '')[:7]}{offset}").astimezone(UTC)


def parse_date(text: str) -> date:
    """The day that ``text`` names. Raises ValueError where it is no YYYY-MM-DD."""
    if not _DATE.match(text):
        raise ValueError(f"{text!r} is no date")
    return date.fromisoformat(text)


def from_wire(field: Field, value: object) -> Stored:
    """What is kept of a ``value`` that a client sent for ``field``; None for null and for empty text.

    Raises:
        CrmError: JSON_PARSER_ERROR, when the value is of another kind than the field: the whole request fails.
        RowError: the value is of the right kind but too long, too large or not on the list: the row fails.
    """
    if value is None or value == "":
        return None
    if field.is_number:
        return _number(field, value)
    if field.type == "boolean" and isinstance(value, bool):
        return int(value)
    if field.type == "boolean" or not isinstance(value, str):
        raise _unreadable(field, value)
    return _TEXTS[field.type](field, value)


def _unreadable(field: Field, value: object) -> CrmError:
    kinds = {str: "VALUE_STRING", bool: "VALUE_TRUE", int: "VALUE_NUMBER_INT", float: "VALUE_NUMBER_FLOAT"}
    kind = kinds.get(type(value), "START_OBJECT")
    message = f"Cannot deserialize instance of {field.type} from {kind} value {value}"
    return CrmError(
        400, "JSON_PARSER_ERROR", f"{message} or request may be missing a required field at [line:1, column:1]"
    )


def _number(field: Field, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _unreadable(field, value)
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise _unreadable(field, value) from error
    if not number.is_finite():
        raise _unreadable(field, value)
    if abs(number) >= Decimal(10) ** (field.precision - field.scale):
        message = f"{label(field)}: value outside of valid range on numeric field: {float(number)}"
        raise RowError("NUMBER_OUTSIDE_VALID_RANGE", message, field.name)
    return float(number.quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP))


def _text(field: Field, value: str) -> str | None:
    trimmed = value.strip()  # Salesforce trims text before it keeps it
    if len(trimmed) > field.length:
        message = f"{label(field)}: data value too large: {trimmed[:80]} (max length={field.length})"
        raise RowError("STRING_TOO_LONG", message, field.name)
    return trimmed or None


def _choice(field: Field, value: str) -> str | None:
    chosen = _text(field, value)
    if field.restricted and chosen is not None and chosen not in field.values:
        message = f"{label(field)}: bad value for restricted picklist field: {chosen}"
        raise RowError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, field.name)
    return chosen


def _reference(_: Field, value: str) -> str:
    return value  # whether it names a record is for the store to say


def _moment(field: Field, value: str) -> str:
    try:
        return moment_text(parse_moment(value))
    except ValueError as error:
        raise _unreadable(field, value) from error


def _day(field: Field, value: str) -> str:
    try:
        return parse_date(value).isoformat()
    except ValueError as error:
        raise _unreadable(field, value) from error


_TEXTS = {
    "string": _text,
    "textarea": _text,
    "picklist": _choice,
    "reference": _reference,
    "datetime": _moment,
    "date": _day,
}


def label(field: Field) -> str:
    """The name that people see: 'Deal Category' for Deal_Category__c."""
    return field.name.removesuffix("__c").replace("_", " ")
