"""Drawings on partners' pages: shapes as long as their values, with the values over them, whatever the page's width."""

from itertools import pairwise

import pytest

from reports import charts
from reports.drawing import PLOT, TOP, Shape, drawing, short


def test_a_column_is_as_high_as_its_value() -> None:
    """The largest value fills the plot, half of it fills half, nothing has no column, and no value has no label."""
    drawn = drawing(charts.columns([("2026-Q1", 50.0), ("2026-Q2", 100.0), ("2026-Q3", 0.0), ("2026-Q4, so far", None)],
                                   "Credit by quarter", "USD", "t"))  # fmt: skip
    columns = [shape for shape in drawn.shapes if shape.role == "credit"]
    assert columns == [
        Shape("credit", 2.25, TOP + PLOT / 2, 8.0, PLOT / 2),
        Shape("credit", 14.75, TOP, 8.0, PLOT),
    ]
    assert [label.text for label in drawn.labels if label.kind == "value"] == ["50", "100", "0"]
    beneath = [label.text for label in drawn.labels if label.kind == "axis"]
    assert beneath == ["Q1", "2026", "Q2", "2026", "Q3", "2026", "Q4", "2026", "so far"]
    assert max(label.y for label in drawn.labels) < drawn.height


def test_a_part_stands_within_its_whole() -> None:
    """Three of four: the part has the place of the whole and three quarters of its height; none of none is a zero."""
    chart = charts.parts([("2026-Q1", 4.0, 3.0), ("2026-Q2", 0.0, 0.0)], ("Decided deals", "Won"), "t")
    drawn = drawing(chart)
    whole, part = (shape for shape in drawn.shapes if shape.role in {"whole", "credit"})
    assert (part.x, part.width, part.height) == (whole.x, whole.width, whole.height * 3 / 4)
    assert part.y + part.height == whole.y + whole.height == TOP + PLOT
    assert [label.text for label in drawn.labels if label.kind == "value"] == ["3 of 4", "0"]
    assert drawn.legend == [("whole", "Decided deals"), ("credit", "Won")]
    assert chart.title == "Decided deals, and won by quarter"


def test_a_bar_is_as_long_as_its_value() -> None:
    """The largest bar is as wide as the drawing, a quarter of it a quarter, and each has its name and amount."""
    drawn = drawing(charts.bars([("Co-sell", 4000.0), ("Referral", 1000.0), ("Services", 0.0)], "Credit", "USD", "t"))
    assert [shape.width for shape in drawn.shapes if shape.role == "credit"] == [100, 25, 0]
    assert [label.text for label in drawn.labels] == ["Co-sell", "4K", "Referral", "1K", "Services", "0"]


def test_many_periods_share_the_width() -> None:
    """Twelve columns stand side by side without touching, and none sticks out."""
    drawn = drawing(charts.columns([(f"2026-{n:02}", 1.0) for n in range(1, 13)], "Credit by month", "USD", "t"))
    columns = [shape for shape in drawn.shapes if shape.role == "credit"]
    assert len(columns) == 12
    assert all(a.x + a.width < b.x for a, b in pairwise(columns))
    assert columns[-1].x + columns[-1].width < 100


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (0, "count", "0"), (1234, "count", "1,234"), (0, "USD", "0"), (0.4, "USD", "0"), (999.4, "USD", "999"),
        (999.6, "USD", "1K"), (1500, "USD", "1.5K"), (99_949, "USD", "99.9K"), (99_960, "USD", "100K"),
        (118_019.04, "USD", "118K"), (999_700, "USD", "1M"), (1_000_000, "USD", "1M"), (2.5e9, "USD", "2.5B"),
    ],
)  # fmt: skip
def test_amounts_are_short_enough_for_a_column(value: float, unit: str, told: str) -> None:
    """Money is told in three digits or so, and never as a thousand of a unit that has a larger one."""
    assert short(value, unit) == told
