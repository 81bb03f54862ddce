"""Values: money is exact and cut off rather than rounded, enumerations are folded, and what can't be read is marked."""

# ruff: noqa: DTZ001 - landed times are UTC without saying so

import math
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extract.contract import TABLES
from extract.parse_values import Parsed, clean_text, parse_column


def parse(table: str, name: str, *cells: Any) -> Parsed:
    array = cells[0] if len(cells) == 1 and isinstance(cells[0], pa.Array) else pa.array(cells, pa.string())
    return parse_column(TABLES[table].column(name), array)


def values(table: str, name: str, *cells: Any) -> list[Any]:
    return parse(table, name, *cells).values.to_pylist()


def failed(table: str, name: str, *cells: Any) -> list[bool]:
    return parse(table, name, *cells).failed.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1000", "1000"),
        ("1000.00", "1000"),
        ("+12.5", "12.5"),
        ("-0.01", "-0.01"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("0", "0"),
        ("1.99999", "1.9999"),
        ("-1.99999", "-1.9999"),
        ("-0.00001", "0"),
        ("1.0E7", "10000000"),
        ("2.5e-3", "0.0025"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("00000000000000000000001", "1"),
    ],
)
def test_money_is_exact(text: str, expected: str) -> None:
    """Plain and scientific numbers become exact decimals; finer than four places is cut off, so rounding is once."""
    assert values("deals", "amount", text) == [Decimal(expected)]


@pytest.mark.parametrize(
    "text", ["x", "NaN", "inf", "-Infinity", "1,000.00", "$5", "5 EUR", "1.2.3", ".", "-", "--1", "1e", "0x10", "(5)"]
)
def test_what_is_no_plain_number_is_bad_money(text: str) -> None:
    """Currency signs, thousands separators and words are refused: guessing them would move money."""
    assert failed("deals", "amount", text) == [True]


def test_money_has_fourteen_digits_before_the_point() -> None:
    """The largest amount that DECIMAL(18,4) holds is read; one digit more is bad, not wrapped or saturated."""
    assert failed("deals", "amount", "99999999999999.99999", "100000000000000", "1e14", "1e99") == [
        False,
        True,
        True,
        True,
    ]


@given(st.lists(st.decimals(-(10**14) + 1, 10**14 - 1, allow_nan=False, places=None) | st.none(), max_size=30))
def test_money_round_trips(amounts: list[Decimal | None]) -> None:
    """Every decimal comes back exactly, cut off after four places towards zero."""
    texts = [None if amount is None else format(amount, "f") for amount in amounts]
    expected = [None if a is None else a.quantize(Decimal("0.0001"), ROUND_DOWN) for a in amounts]
    assert values("deals", "amount", pa.array(texts, pa.string())) == expected


@given(st.floats(-1e13, 1e13, allow_nan=False))
def test_parquet_doubles_are_read_by_their_shortest_digits(amount: float) -> None:
    """A double of a Parquet file is the decimal that a person would read off it, not its binary expansion."""
    expected = Decimal(repr(amount)).quantize(Decimal("0.0001"), ROUND_DOWN)
    assert values("deals", "amount", pa.array([amount])) == [expected]


def test_parquet_numbers_of_any_type_are_money() -> None:
    """Integers, floats and decimals of a Parquet file are read; NaN and infinity are bad, null is empty."""
    assert values("deals", "amount", pa.array([1000, None], pa.int64())) == [Decimal(1000), None]
    assert values("deals", "amount", pa.array([Decimal("12.345678")])) == [Decimal("12.3456")]
    assert failed("deals", "amount", pa.array([math.nan, math.inf, None], pa.float64())) == [True, True, False]


def test_rates_keep_fourteen_places_and_are_above_zero() -> None:
    """A weak currency's rate keeps its digits; a rate of nought or less would turn revenue into nothing."""
    cells = ("0.00003912345678", "1.123456789012349", "0", "-1", "0.000000000000001")
    assert values("exchange_rates", "rate", *cells)[:2] == [Decimal("0.00003912345678"), Decimal("1.12345678901234")]
    assert failed("exchange_rates", "rate", *cells) == [False, False, True, True, True]


def test_unit_shares_hold_nought_and_one() -> None:
    """Engagement depth is 0 to 1 with both ends; beyond, and what is no number, is bad."""
    cells = ("0", "1", "0.5", "1e-3", "-0.0001", "1.0001", "NaN", "50%", None)
    assert failed("partner_activities", "engagement_depth", *cells) == [False] * 4 + [True] * 4 + [False]
    assert values("partner_activities", "engagement_depth", *cells)[:4] == [0.0, 1.0, 0.5, 0.001]


def test_an_override_share_may_lie_outside_nought_to_one() -> None:
    """Rule 12 refuses such a share with a reason; here only what is no number is bad."""
    assert failed("attribution_overrides", "share", "1.5", "-1", "half", "inf") == [False, False, True, True]


def test_whole_numbers() -> None:
    """Terms are whole months; exports that write 12.0 mean 12."""
    cells = ("12", "12.0", "-1", "+3", "000000000012", "12.5", "twelve", "1234567890", None)
    assert failed("deals", "term_months", *cells) == [False] * 5 + [True, True, True, False]
    assert values("deals", "term_months", *cells)[:5] == [12, 12, -1, 3, 12]


def test_true_and_false() -> None:
    """The ways in which exports write a checkbox are read; anything else is bad, not false."""
    cells = ("TRUE", "f", "1", "0", "Yes", "no", None, "maybe")
    assert values("deals", "is_deleted", *cells) == [True, False, True, False, True, False, None, None]
    assert failed("deals", "is_deleted", *cells) == [False] * 7 + [True]


def test_enumerations_are_folded() -> None:
    """Case, spaces and hyphens make no difference to an enumeration, and an unknown value of an open one stays."""
    cells = ("Joint Call", " joint-call ", "JOINT  CALL", "Webinar", None)
    assert values("partner_activities", "activity_type", *cells) == ["joint_call"] * 3 + ["webinar", None]
    assert not any(failed("partner_activities", "activity_type", *cells))


@pytest.mark.parametrize(
    ("table", "good"),
    [("deals", "Won"), ("deal_registrations", "APPROVED"), ("attribution_overrides", "pending")],
)
def test_an_unknown_status_is_bad(table: str, good: str) -> None:
    """A status decides money, so a value outside the list is bad; an empty one is only empty."""
    assert failed(table, "status", good, "closed-ish", None) == [False, True, False]


def test_ids_keep_their_zeros_and_their_case() -> None:
    """An id is text: zeros in front and letter case are part of it, spaces around it are not."""
    assert values("deals", "deal_id", " 00123 ", "aB", "\t", "") == ["00123", "aB", None, None]


def test_ids_of_parquet_numbers_are_written_plainly() -> None:
    """A number column of a Parquet file gives ids without '.0' and without exponents."""
    assert values("deals", "deal_id", pa.array([123, None], pa.int64())) == ["123", None]
    assert values("deals", "deal_id", pa.array([123.0, 1e14, None], pa.float64())) == ["123", "100000000000000", None]


def test_currencies_are_upper_case() -> None:
    """usd and USD are one currency."""
    assert values("deals", "currency", "usd", " EUR ", "") == ["USD", "EUR", None]


def test_dates() -> None:
    """A date column takes dates, midnights and, as its first day, a month; a time of day in it is bad."""
    cells = ("2026-03-01", "2026-03-01 00:00:00", "2026-03", "2026-03-01T09:00:00Z", "March", None)
    assert values("partner_investments", "period_month", *cells) == [date(2026, 3, 1)] * 3 + [None] * 3
    assert failed("partner_investments", "period_month", *cells) == [False, False, False, True, True, False]


def test_parquet_times_and_dates_are_taken_as_they_are() -> None:
    """A Parquet timestamp is an instant, whatever its zone and unit; a Parquet date is a date alone."""
    instant = datetime(2026, 3, 31, 14, 5)
    zoned = pa.array([instant], pa.timestamp("ns", "UTC")).cast(pa.timestamp("ns", "America/New_York"))
    for cells in (pa.array([instant], pa.timestamp("s")), zoned):
        parsed = parse("deals", "closed_at", cells)
        assert parsed.values.to_pylist() == [instant]
        assert parsed.date_only.tolist() == [False]
    for kind in (pa.date32(), pa.date64()):
        parsed = parse("deals", "closed_at", pa.array([date(2026, 3, 31), None], kind))
        assert parsed.values.to_pylist() == [datetime(2026, 3, 31), None]
        assert parsed.date_only.tolist() == [True, False]


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1), st.sampled_from(["", " ", "\t", "\u00a0"])
)
def test_text_is_trimmed_and_otherwise_kept(text: str, space: str) -> None:
    """Nothing but the space around a text is taken from it."""
    assume(text.strip() == text)
    assert clean_text(pa.array([space + text + space])).to_pylist() == [text]
