"""One column of a page of Salesforce records as text, by its rule of the mapping; typing comes after."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException, localcontext
from typing import Any

import pyarrow as pa

from extract.arrays import Cells
from extract.mapping import FieldRule, StatusRule
from extract.schema import ARROW_TYPES

_RATE: Any = ARROW_TYPES["rate"]
_RATE_STEP = Decimal(1).scaleb(-_RATE.scale)


def column_cells(rule: FieldRule | StatusRule, records: Sequence[Mapping[str, Any]]) -> Cells:
    """The column's cells as text, null where the CRM has none or the rule's checkbox says so."""
    if isinstance(rule, StatusRule):
        return texts([_status(record[rule.closed], record[rule.won]) for record in records])
    values = [record[rule.field] for record in records]
    if rule.otherwise:
        values = [record[rule.otherwise] if v in (None, "") else v for v, record in zip(values, records, strict=True)]
    if rule.only_if:
        values = [v if record[rule.only_if] else None for v, record in zip(values, records, strict=True)]
    if rule.only_unless:
        values = [None if record[rule.only_unless] else v for v, record in zip(values, records, strict=True)]
    if rule.values:
        values = [rule.values.get(v, v) for v in values]
    return texts([_inverse(v) for v in values] if rule.inverse else values)


def texts(values: Sequence[Any]) -> Cells:
    """JSON's values as text; decimals keep every digit that was sent."""
    return pa.array([v if v is None or isinstance(v, str) else _text(v) for v in values], pa.string())


def _text(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    return str(value).lower() if isinstance(value, bool) else str(value)


def _status(closed: Any, won: Any) -> str:  # noqa: ANN401 - JSON's true and false
    if not closed:
        return "open"
    return "won" if won else "lost"


def _inverse(value: Any) -> str | None:  # noqa: ANN401 - a JSON number
    """1 / value to the precision of a rate. What has no inverse stays as text that no number has, and is a bad row."""
    if value is None:
        return None
    try:
        with localcontext(prec=_RATE.precision + _RATE.scale):
            return format((1 / Decimal(str(value))).quantize(_RATE_STEP, ROUND_HALF_EVEN), "f")
    except DecimalException:
        return f"1/{value}"
