"""Draws the report's charts as SVG, offline: altair describes, vl-convert draws. Nothing is added up here.

Each chart is drawn twice, for wide and for narrow screens, in colours that are CSS variables of the page, so that it
follows light, dark and print. Every chart names the table that holds its figures.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence

import altair as alt
import vl_convert

from reports import figures, words
from reports.content import Chart

CATEGORIES = ("sourced", "influenced", "direct")
CATEGORY_NAMES = [words.name_of(category) for category in CATEGORIES]
CATEGORY_COLORS = [f"var(--c-{category})" for category in CATEGORIES]
LINE_NAMES = ["Partner involved", "Sourced", "Influenced, not sourced"]
LINE_COLORS = ["var(--c-involved)", "var(--c-sourced)", "var(--c-influenced)"]

WIDE, NARROW = 880, 340
MONEY_AXIS = "replace(format(datum.value, '~s'), 'G', 'B')"
NO_AXIS_LINE = {"domain": False, "ticks": False, "title": None}

POINTS = alt.OverlayMarkDef(size=40, filled=True)

Draw = Callable[[int], alt.TopLevelMixin]


def composition(parts: Sequence[tuple[str, float, float | None]], title: str, table_id: str) -> Chart:
    """One bar of (category, amount, share), with the shares in its legend."""
    labels = [f"{words.name_of(category)} {figures.share(part, 'none').text}" for category, _, part in parts]
    amounts = [amount for _, amount, _ in parts]
    values = [{"part": label, "amount": amounts[i], "i": i} for i, label in enumerate(labels)]

    def draw(width: int) -> alt.TopLevelMixin:
        scale = alt.Scale(domain=labels, range=CATEGORY_COLORS)
        return (
            alt.Chart(alt.Data(values=values), width=width, height=34)
            .mark_bar(stroke="var(--surface)", strokeWidth=2)
            .encode(
                x=alt.X("amount:Q", stack="normalize", axis=None),
                color=alt.Color("part:N", scale=scale, legend=_legend(width, columns=3), sort=labels),
                order=alt.Order("i:Q"),
            )
        )

    return _chart(draw, title, f"{title}: {', '.join(labels)}.", table_id)


def stacked(periods: Sequence[tuple[str, dict[str, float]]], currency: str, table_id: str) -> Chart:
    """Revenue by period, stacked by category."""
    title = f"Net revenue by quarter and category ({currency})"
    order = [label for label, _ in periods]
    values = [
        {"period": label, "category": words.name_of(category), "amount": amount, "i": CATEGORIES.index(category)}
        for label, amounts in periods
        for category, amount in amounts.items()
    ]

    def draw(width: int) -> alt.TopLevelMixin:
        scale = alt.Scale(domain=CATEGORY_NAMES, range=CATEGORY_COLORS)
        return (
            alt.Chart(alt.Data(values=values), width=width, height=260)
            .mark_bar(stroke="var(--surface)", strokeWidth=1)
            .encode(
                x=_period_axis(order, width),
                y=alt.Y("amount:Q", axis=alt.Axis(labelExpr=MONEY_AXIS, tickCount=5, **NO_AXIS_LINE)),
                color=alt.Color("category:N", scale=scale, legend=_legend(width, columns=3)),
                order=alt.Order("i:Q"),
            )
        )

    return _chart(draw, title, f"Stacked columns for {_range_words(order)}.", table_id)


def lines(periods: Sequence[tuple[str, dict[str, float | None]]], table_id: str) -> Chart:
    """Shares of net revenue by period, one line each; a period without revenue leaves a gap."""
    order = [label for label, _ in periods]
    values = [{"period": p, "line": line, "share": share} for p, shares in periods for line, share in shares.items()]

    def draw(width: int) -> alt.TopLevelMixin:
        scale = alt.Scale(domain=LINE_NAMES, range=LINE_COLORS)
        dashes = alt.Scale(domain=LINE_NAMES, range=[[1, 0], [6, 3], [2, 3]])
        percent = alt.Axis(format="~%", tickCount=5, **NO_AXIS_LINE)
        return (
            alt.Chart(alt.Data(values=values), width=width, height=240)
            .mark_line(point=POINTS, strokeWidth=2.5, invalid="break-paths-show-path-domains")
            .encode(
                x=_period_axis(order, width),
                y=alt.Y("share:Q", axis=percent, scale=alt.Scale(zero=True)),
                color=alt.Color("line:N", scale=scale, legend=_legend(width, columns=3, symbol="stroke")),
                strokeDash=alt.StrokeDash("line:N", scale=dashes, legend=None),
            )
        )

    title = "Partner share of net revenue by quarter"
    return _chart(draw, title, f"Lines for {_range_words(order)}: {', '.join(LINE_NAMES)}.", table_id)


def bars(values: Sequence[tuple[str, float]], title: str, currency: str, table_id: str) -> Chart:
    """Amounts by name in the order given, each with its amount at the end of its bar."""
    rows = [{"i": i, "name": name, "amount": amount} for i, (name, amount) in enumerate(values)]

    def draw(width: int) -> alt.TopLevelMixin:
        highest = max(amount for _, amount in values)
        room = 1.18 if width == WIDE else 1.55
        x = alt.X("amount:Q", axis=None, scale=alt.Scale(domain=[0, highest * room]))
        base = alt.Chart(alt.Data(values=rows), width=width).encode(y=_name_axis(rows, width), x=x)
        label = base.mark_text(align="left", dx=6, fontSize=12).encode(text=alt.Text("amount:Q", format=",.0f"))
        return (base.mark_bar(color="var(--c-credit)", height={"band": 0.66}) + label).properties(height=alt.Step(28))

    return _chart(draw, f"{title} ({currency})", f"Bars for {figures.counted(len(values), 'name')}.", table_id)


def spread(points: Sequence[tuple[int, str, str, float]], chosen: str, currency: str, table_id: str) -> Chart:
    """Per partner its credit under each model as a dot, the ``chosen`` model apart: (place, partner, model, credit)."""
    rows = [
        {"i": place, "name": partner, "amount": credit, "kind": model if model == chosen else "Other models"}
        for place, partner, model, credit in points
    ]
    kinds = alt.Scale(domain=[chosen, "Other models"], range=["var(--c-credit)", "var(--c-muted)"])

    def draw(width: int) -> alt.TopLevelMixin:
        base = alt.Chart(alt.Data(values=rows), width=width).encode(y=_name_axis(rows, width))
        span = base.mark_rule(color="var(--rule)", strokeWidth=2)
        dots = base.mark_circle(opacity=1, size=70).encode(
            x=alt.X("amount:Q", axis=alt.Axis(labelExpr=MONEY_AXIS, tickCount=5, **NO_AXIS_LINE)),
            color=alt.Color("kind:N", scale=kinds, legend=_legend(width, columns=2)),
        )
        ends = span.encode(x=alt.X("min(amount):Q"), x2=alt.X2("max(amount):Q"))
        return (
            ends + dots.transform_filter(alt.datum.kind != chosen) + dots.transform_filter(alt.datum.kind == chosen)
        ).properties(height=alt.Step(28))

    title = f"Credit of the leading partners under each model ({currency})"
    count = len({place for place, *_ in points})
    return _chart(draw, title, f"Dots for {figures.counted(count, 'partner')}, {chosen} apart.", table_id)


def _range_words(order: Sequence[str]) -> str:
    return order[0] if len(order) == 1 else f"{order[0]} to {order[-1]}"


def _period_axis(order: Sequence[str], width: int) -> alt.X:
    angle = -50 if width == NARROW or len(order) > 16 else 0
    axis = alt.Axis(labelAngle=angle, grid=False, domainColor="var(--rule)", ticks=False, title=None, labelPadding=8)
    return alt.X("period:O", sort=list(order), axis=axis)


def _name_axis(rows: Sequence[Mapping[str, object]], width: int) -> alt.Y:
    """Names by their place, since two partners may have one name."""
    names = dict(sorted((row["i"], row["name"]) for row in rows))
    axis = alt.Axis(
        labelExpr=f"{json.dumps(list(names.values()))}[datum.value]",  # JSON text is also text in Vega's expressions
        labelLimit=230 if width == WIDE else 112,
        labelPadding=8,
        grid=False,
        **NO_AXIS_LINE,
    )
    return alt.Y("i:O", sort=None, axis=axis)


def _legend(width: int, columns: int, symbol: str = "square") -> alt.Legend:
    return alt.Legend(
        orient="top",
        title=None,
        direction="horizontal",
        columns=columns if width == WIDE else 1,
        columnPadding=18,
        labelLimit=330,
        symbolType=symbol,
        symbolStrokeWidth=3 if symbol == "stroke" else 0,
    )


CONFIG = {
    "aria": False,
    "background": None,
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--ink-2)",
        "labelFontSize": 12,
        "gridColor": "var(--grid)",
        "titleColor": "var(--ink-2)",
    },
    "legend": {"labelColor": "var(--ink)", "labelFontSize": 12.5, "symbolSize": 130, "offset": 12},
    "text": {"color": "var(--ink)"},
}


def _chart(draw: Draw, title: str, description: str, table_id: str) -> Chart:
    return Chart(title, description, table_id, _svg(draw(WIDE)), _svg(draw(NARROW)))


def _svg(drawing: alt.TopLevelMixin) -> str:
    """The drawing as an SVG element without a size of its own, hidden from screen readers: its figure speaks."""
    spec = drawing.to_dict()
    spec["config"] = CONFIG
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    svg = str(vl_convert.vegalite_to_svg(spec))
    svg = re.sub(r'^<svg [^>]*?width="(\S+?)" height="(\S+?)" viewBox="(.*?)">', _opening, svg)
    return re.sub(r' (?:pointer-events|aria-\w+|role)="[^"]*"', "", svg).replace("<svg ", '<svg aria-hidden="true" ', 1)


def _opening(match: re.Match[str]) -> str:
    return f'<svg viewBox="{match[3]}" preserveAspectRatio="xMinYMin meet" focusable="false">'
