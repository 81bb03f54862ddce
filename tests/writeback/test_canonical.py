"""One form for each value: equal where the CRM would keep the same, different where it would not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import ids
from writeback.canonical import canonical, long_id, wire
from writeback.target import Field

MONEY, COUNT, RATE = Field("m", "number", scale=2), Field("c", "number"), Field("r", "number", scale=4)
FLAG, DAY, TEXT, LOOKUP = (
    Field("b", "boolean"),
    Field("d", "date"),
    Field("t", "text", length=10),
    Field("l", "reference"),
)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (MONEY, Decimal("12.3"), "12.30"),
        (MONEY, 12.3, "12.30"),
        (MONEY, Decimal("0.005"), "0.01"),
        (MONEY, Decimal("-0.004"), "0.00"),
        (MONEY, Decimal("9999999999999.99"), "9999999999999.99"),
        (MONEY, 1e15, "1000000000000000.00"),
        (MONEY, None, None),
        (MONEY, float("nan"), None),
        (COUNT, 7, "7"),
        (COUNT, 7.0, "7"),
        (RATE, 1 / 3, "0.3333"),
        (FLAG, None, False),
        (FLAG, True, True),
        (DAY, date(2026, 3, 1), "2026-03-01"),
        (DAY, datetime(2026, 3, 1, 23, 59, tzinfo=UTC), "2026-03-01"),
        (DAY, "2026-03-01", "2026-03-01"),
        (TEXT, " a ", "a"),
        (TEXT, "", None),
        (TEXT, "\x00\x1b", None),
        (TEXT, "a\r\nb\rc", "a\nb\nc"),
        (TEXT, "0123456789", "0123456789"),
        (TEXT, "0123456789a", "012345678…"),
        (TEXT, "01234567 89", "01234567…"),
        (TEXT, "01234567😀", "01234567😀"),
        (TEXT, "012345678😀", "012345678…"),
        (LOOKUP, "", None),
    ],
)
def test_each_value_has_one_form(field: Field, value: Any, expected: Any) -> None:
    """Money to cents, dates without a time, booleans never null, empty text null, text as long as the field."""
    assert canonical(field, value) == expected


@pytest.mark.parametrize(("field", "value"), [(FLAG, "yes"), (MONEY, float("inf")), (DAY, "soon")])
def test_a_value_of_another_kind_is_an_error(field: Field, value: Any) -> None:
    """A mart that does not fit its target is not written in some guessed form."""
    with pytest.raises(ValueError, match=r".+"):
        canonical(field, value)


@given(st.decimals(-(10**13), 10**13, places=2))
def test_money_survives_the_way_to_the_crm_and_back(amount: Decimal) -> None:
    """Cents go as a JSON number, come back as a double, and are the same cents."""
    sent = canonical(MONEY, amount)
    assert canonical(MONEY, wire(MONEY, sent)) == sent


@given(st.text())
def test_text_is_stable(text: str) -> None:
    """What is canonical once stays so: reading our own text back makes no difference."""
    once = canonical(TEXT, text)
    assert canonical(TEXT, once) == once
    assert once is None or 0 < len(once.encode("utf-16-le")) <= 20


@given(st.integers(1, 10**9))
def test_short_and_long_record_ids_are_one(number: int) -> None:
    """The 15-character form of an id becomes the 18-character one that the CRM answers with."""
    identifier = ids.make_id("006", number)
    assert long_id(identifier[:15]) == long_id(identifier) == identifier
