"""Numbers look as people write them, and what is not a number becomes words."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import figures
from reports.markdown_format import escape


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=2, allow_nan=False))
def test_money_reads_back_to_the_cent(value: Decimal) -> None:
    """Every amount reads back as itself; nothing at all and less than nothing are in words."""
    shown = figures.money(value, "USD")
    if value == 0:
        assert shown.text == "none"
    else:
        sign = -1 if shown.text.startswith("minus ") else 1
        assert sign * Decimal(shown.text.removeprefix("minus ").replace(",", "")) == value
        assert "-" not in shown.full


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf, Decimal("NaN")])
def test_what_is_not_a_number_becomes_words(value: Decimal | float | None) -> None:
    """A missing, infinite or undefined value is told in the words given for it, in every kind of figure."""
    assert figures.money(value, "USD", "no deal").text == "no deal"
    assert figures.share(value, "no revenue").text == "no revenue"
    assert figures.times(value, "no cost").text == "no cost"
    assert figures.count(value, "not counted").text == "not counted"
    assert figures.change_words(value, "2026-Q2") == "no comparison: nothing in 2026-Q2"
    assert figures.interval_text(value, 0.5) == ""


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(0.123, "up 12.3% on Q2"), (-1, "down 100.0% on Q2"), (0, "unchanged on Q2"), (0.0001, "up under 0.1% on Q2")],
)
def test_changes_are_words(ratio: float, words: str) -> None:
    """A change says its direction, and a tiny one does not pretend to be none."""
    assert figures.change_words(ratio, "Q2") == words


@given(st.text())
def test_names_are_one_line_without_marks_of_direction(text: str) -> None:
    """A cleaned name has no line break, no control character and no mark that would turn its neighbours."""
    cleaned = figures.clean_name(text)
    assert cleaned == cleaned.strip()
    assert not any(ord(char) < 32 or "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in cleaned)
    cleaned.encode()


@given(st.text(alphabet="<>&*_[]()`|\\~@# channelhere!", max_size=40))
def test_escaped_text_reads_back_as_itself(text: str) -> None:
    """Whatever a name holds, Markdown shows it as it was written."""
    from html import unescape
    from re import sub

    from markdown_it import MarkdownIt

    name = figures.clean_name(text)
    shown = MarkdownIt().renderInline(f"- x **\u2068{escape(name)}\u2069**: 5")
    plain = unescape(sub(r"</?strong>", "", shown)).replace("\u200b", "")
    assert plain == f"- x \u2068{name}\u2069: 5"
