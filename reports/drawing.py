"""Draws a chart as shapes for inline SVG, for pages that carry no library: columns by period, and bars by name.

Places across are shares of the width and places down are pixels, so that a drawing fits a phone, a desk and a sheet of
paper without a script, and its letters keep their size. Colours are classes, which the page's style knows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reports.content import Chart

TOP, PLOT, LINE = 20, 140, 15
FEWEST_SLOTS = 8
"""A column is never wider than one of eight, so that the same year looks the same on every page."""
FILLED = 64.0
ROW, BAR = 42, 10
STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "K"))


@dataclass(frozen=True)
class Shape:
    """A rectangle: ``x`` and ``width`` in percent of the drawing, ``y`` and ``height`` in pixels."""

    role: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Label:
    """A text at ``x`` percent whose baseline is at ``y`` pixels; ``kind`` names its class, ``anchor`` its side."""

    text: str
    x: float
    y: float
    kind: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Drawing:
    """A chart, drawn; ``legend`` are pairs of a role and its words, none where one series is drawn."""

    chart: Chart
    height: int
    shapes: Sequence[Shape]
    labels: Sequence[Label]
    legend: Sequence[tuple[str, str]]


def drawing(chart: Chart) -> Drawing:
    """``chart`` as shapes.

    Raises:
        KeyError: charts of its kind are drawn by the report's script alone.
    """
    return DRAWN[chart.kind](chart)


def _columns(chart: Chart) -> Drawing:
    slot = 100 / max(len(chart.labels), FEWEST_SLOTS)
    most = max((value for one in chart.series for value in one.values if value), default=1)
    width = slot * FILLED / 100
    shapes = [
        Shape(one.role, round(place * slot + (slot - width) / 2, 3), TOP + PLOT - height, round(width, 3), height)
        for one in chart.series
        for place, value in enumerate(one.values)
        if value and (height := round(PLOT * value / most, 1)) > 0
    ]
    beneath = [_beneath(label) for label in chart.labels]
    labels = [
        Label(text, round((place + 0.5) * slot, 3), TOP + PLOT + (line + 1) * LINE, "axis")
        for place, lines in enumerate(beneath)
        for line, text in enumerate(lines)
    ]
    height = TOP + PLOT + LINE * max(map(len, beneath), default=0) + LINE // 2
    legend = [(one.role, one.name) for one in chart.series] if len(chart.series) > 1 else []
    return Drawing(
        chart, height, [Shape("base", 0, TOP + PLOT, 100, 1), *shapes], [*_tops(chart, slot, most), *labels], legend
    )


def _tops(chart: Chart, slot: float, most: float) -> Iterator[Label]:
    """What stands over each column: its value, or its part of the whole."""
    for place in range(len(chart.labels)):
        whole, *part = [one.values[place] for one in chart.series]
        if whole is not None:
            told = " of ".join(
                short(value, chart.unit) for value in ([*part, whole] if whole else [0]) if value is not None
            )
            yield Label(told, round((place + 0.5) * slot, 3), round(TOP + PLOT * (1 - whole / most) - 5, 1), "value")


def _beneath(label: str) -> list[str]:
    """``2026-Q3, so far`` in three short lines, the quarter first; any other label as it is."""
    period, _, remark = label.partition(", ")
    year, _, part = period.rpartition("-")
    return [line for line in (part, year, remark) if line]


def _bars(chart: Chart) -> Drawing:
    (one,) = chart.series
    most = max((value for value in one.values if value), default=1)
    shapes: list[Shape] = []
    labels: list[Label] = []
    for place, (name, known) in enumerate(zip(chart.labels, one.values, strict=True)):
        value, y = known or 0.0, place * ROW
        labels += [
            Label(name, 0, y + 14, "name", "start"),
            Label(short(value, chart.unit), 100, y + 14, "value", "end"),
        ]
        width = round(100 * value / most, 3)
        shapes += [Shape("track", 0, y + 21, 100, BAR), Shape(one.role, 0, y + 21, width, BAR)]
    return Drawing(chart, ROW * len(chart.labels), shapes, labels, [])


DRAWN: dict[str, Callable[[Chart], Drawing]] = {"columns": _columns, "parts": _columns, "bars": _bars}


def short(value: float, unit: str) -> str:
    """``value`` in few letters: things as they are, money to three digits or so.

    >>> short(118_019.04, "USD")
    '118K'
    """
    if unit == "count" or value < STEPS[-1][0] - 0.5:
        return f"{value:,.0f}"
    size, letter = next(step for step in STEPS if float(f"{value:.3g}") >= step[0])
    return f"{float(f'{value / size:.3g}'):g}{letter}"
