"""One column of text or of native Parquet values to the contract's type; every cell that can't be read is marked."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from extract.arrays import Bools, Cells, absent, compute, one_chunk
from extract.contract import Column
from extract.parse_time import DATE_REASON, DAY, TIME_REASON, Times, parse_times
from extract.schema import ARROW_TYPES

_PLAIN = r"^(?P<sign>[+-]?)0*(?P<whole>\d*)(?:\.(?P<fraction>\d*))?$"
_SCIENTIFIC = r"^[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d{1,3}$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_WORDS = {"true": True, "t": True, "yes": True, "y": True, "1": True}
_WORDS |= {"false": False, "f": False, "no": False, "n": False, "0": False}


@dataclass(frozen=True)
class Parsed:
    """A typed column; ``failed`` marks non-empty cells that could not be read, for ``reason``."""

    values: Cells
    failed: Bools
    reason: str
    date_only: Bools


def parse_column(column: Column, cells: Cells) -> Parsed:
    """``cells`` (text, or native values of a Parquet file) as the contract's type for ``column``."""
    if column.kind == "time":
        times = read_times(cells)
        return Parsed(times.timestamps(), times.failed, TIME_REASON, times.date_only)
    values, failed, reason = _PARSERS[column.kind](column, cells)
    return Parsed(values, failed, reason, np.zeros(len(cells), bool))


def clean_text(cells: Cells) -> Cells:
    """Trimmed text, null where nothing is left; whole numbers held as floating point lose their '.0'."""
    text = compute.utf8_trim_whitespace(_as_text(one_chunk(cells)))
    present: Cells = compute.if_else(compute.equal(text, ""), pa.scalar(None, pa.string()), text)
    return present


def _as_text(cells: Cells) -> Cells:
    kind = cells.type
    if pa.types.is_dictionary(kind):
        return _as_text(cells.cast(kind.value_type))
    if pa.types.is_floating(kind):
        return _float_text(cells)
    if pa.types.is_nested(kind):
        return pa.array([None if v is None else json.dumps(v, default=str) for v in cells.to_pylist()], pa.string())
    return cells.cast(pa.string())


def _float_text(cells: Cells) -> Cells:
    wide = cells.cast(pa.float64())
    whole = compute.and_(compute.equal(wide, compute.round(wide)), compute.less(compute.abs(wide), 1e15)).fill_null(
        False
    )
    digits = compute.if_else(whole, wide, 0.0).cast(pa.int64()).cast(pa.string())
    text: Cells = compute.if_else(whole, digits, wide.cast(pa.string()))
    return text


def read_times(cells: Cells) -> Times:
    """Times of a column: native timestamps and dates as they are, text as ISO."""
    none = np.zeros(len(cells), bool)
    if pa.types.is_timestamp(cells.type):
        micros = cells.cast(pa.timestamp("us", cells.type.tz), safe=False).cast(pa.int64())
        return Times(np.asarray(micros.fill_null(0)), absent(cells), none, none)
    if pa.types.is_date(cells.type):
        days = cells.cast(pa.date32()).cast(pa.int32()).cast(pa.int64()).fill_null(0)
        return Times(np.asarray(days) * DAY, absent(cells), none, ~absent(cells))
    return parse_times(clean_text(cells))


def _text(_: Column, cells: Cells) -> tuple[Cells, Bools, str]:
    return clean_text(cells), np.zeros(len(cells), bool), ""


def _currency(_: Column, cells: Cells) -> tuple[Cells, Bools, str]:
    return compute.utf8_upper(clean_text(cells)), np.zeros(len(cells), bool), ""


def _enum(column: Column, cells: Cells) -> tuple[Cells, Bools, str]:
    text = compute.replace_substring_regex(compute.utf8_lower(clean_text(cells)), r"[\s\-]+", "_")
    if not column.is_strict:
        return text, np.zeros(len(cells), bool), ""
    known = np.asarray(compute.is_in(text, pa.array(column.values)))
    return text, ~known & ~absent(text), f"not one of {', '.join(column.values)}"


def _decimal(column: Column, cells: Cells) -> tuple[Cells, Bools, str]:
    """Exact decimals; digits finer than the column's scale are cut off, so that rounding happens once, later."""
    kind: Any = ARROW_TYPES[column.kind]
    room = kind.precision - kind.scale
    text = clean_text(cells)
    parts = compute.extract_regex(_without_exponent(text), _PLAIN)
    sign, whole, fraction = (compute.struct_field(parts, name) for name in ("sign", "whole", "fraction"))
    good = compute.and_(
        compute.match_substring_regex(text, r"\d"), compute.less_equal(compute.utf8_length(whole), room)
    ).fill_null(False)
    digits = compute.utf8_rpad(compute.utf8_slice_codeunits(fraction, 0, kind.scale), kind.scale, "0")
    plain = compute.binary_join_element_wise(
        compute.if_else(compute.equal(sign, "-"), "-", ""), compute.utf8_lpad(whole, 1, "0"), ".", digits, ""
    )
    values = compute.if_else(good, plain, pa.scalar(None, pa.string())).cast(kind)
    reason = f"not a plain number such as 1234.56, with at most {room} digits before the point"
    return values, ~np.asarray(good) & ~absent(text), reason


def _without_exponent(text: Cells) -> Cells:
    """1.5E3 as 1500: spreadsheets and some exports write large or tiny amounts so; rare, hence one by one."""
    mask = compute.match_substring_regex(text, _SCIENTIFIC).fill_null(False)
    if not compute.any(mask).as_py():
        return text
    plain = [format(Decimal(str(cell)), "f") for cell in text.filter(mask).to_pylist()]
    replaced: Cells = compute.replace_with_mask(text, mask, pa.array(plain, pa.string()))
    return replaced


def _rate(column: Column, cells: Cells) -> tuple[Cells, Bools, str]:
    values, failed, reason = _decimal(column, cells)
    above_zero = np.asarray(compute.greater(values, pa.scalar(Decimal(0), values.type)).fill_null(True))
    return values, failed | ~above_zero, f"{reason}, and above 0"


def _number(_: Column, cells: Cells) -> tuple[Cells, Bools, str]:
    text = clean_text(cells)
    good = compute.match_substring_regex(text, _NUMBER).fill_null(False)
    values = compute.if_else(good, text, pa.scalar(None, pa.string())).cast(pa.float64())
    finite = np.asarray(compute.is_finite(values).fill_null(False))
    return values, ~finite & ~absent(text), "not a plain number such as 0.4"


def _unit_share(column: Column, cells: Cells) -> tuple[Cells, Bools, str]:
    values, failed, _reason = _number(column, cells)
    outside = compute.or_(compute.less(values, 0.0), compute.greater(values, 1.0)).fill_null(False)
    return values, failed | np.asarray(outside), "not a number between 0 and 1"


def _integer(_: Column, cells: Cells) -> tuple[Cells, Bools, str]:
    text = clean_text(cells)
    whole = compute.replace_substring_regex(text, r"^\+?(-?)0*(\d{1,9})(\.0*)?$", r"\1\2")
    good = compute.match_substring_regex(whole, r"^-?\d{1,9}$").fill_null(False)
    values = compute.if_else(good, whole, pa.scalar(None, pa.string())).cast(pa.int32())
    return values, ~np.asarray(good) & ~absent(text), "not a whole number such as 12"


def _boolean(_: Column, cells: Cells) -> tuple[Cells, Bools, str]:
    text = compute.utf8_lower(clean_text(cells))
    place = compute.index_in(text, pa.array(list(_WORDS)))
    values = pa.array(list(_WORDS.values())).take(place)
    return values, absent(values) & ~absent(text), "not true or false"


def _date(_: Column, cells: Cells) -> tuple[Cells, Bools, str]:
    """Dates; a time counts only at 00:00:00, as exports write dates, and 2026-03 is that month's first."""
    if not pa.types.is_temporal(cells.type):
        cells = compute.replace_substring_regex(clean_text(cells), r"^(\d{4}-\d\d)$", r"\1-01")
    times = read_times(cells)
    failed = times.failed | (~times.is_null & (times.micros % DAY != 0))
    days = pa.array((times.micros // DAY).astype(np.int32), pa.int32(), mask=times.is_null | failed)
    return days.cast(pa.date32()), failed, DATE_REASON


_PARSERS: dict[str, Callable[[Column, Cells], tuple[Cells, Bools, str]]] = {
    "text": _text,
    "currency": _currency,
    "enum": _enum,
    "money": _decimal,
    "rate": _rate,
    "number": _number,
    "unit_share": _unit_share,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
}
