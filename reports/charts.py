"""Describes the report's charts: labels, series and the roles of their colours. Nothing is drawn or added up here.

The report draws them with the script ``templates/script/charts.js``, a partner's page with ``reports.drawing``. Every
chart names the table that holds its figures.
"""

from collections.abc import Sequence

from reports import figures, words
from reports.content import Chart, Series

CATEGORIES = ("sourced", "influenced", "direct")
LINES = {"Partner involved": "involved", "Sourced": "sourced", "Influenced, not sourced": "influenced"}


def composition(parts: Sequence[tuple[str, float, float | None]], title: str, table_id: str) -> Chart:
    """One bar of (category, amount, share), with the shares in its legend."""
    series = [
        Series(f"{words.name_of(category)} {figures.share(part, 'none').text}", category, [amount])
        for category, amount, part in parts
    ]
    description = f"{title}: {', '.join(one.name for one in series)}."
    return Chart(title, description, table_id, "composition", "", [""], series)


def stacked(periods: Sequence[tuple[str, dict[str, float]]], currency: str, table_id: str) -> Chart:
    """Revenue by period, stacked by category."""
    labels = [label for label, _ in periods]
    series = [
        Series(words.name_of(category), category, [amounts.get(category) for _, amounts in periods])
        for category in CATEGORIES
    ]
    title = f"Net revenue by quarter and category ({currency})"
    return Chart(title, f"Stacked columns for {_range(labels)}.", table_id, "columns", currency, labels, series)


def lines(periods: Sequence[tuple[str, dict[str, float | None]]], table_id: str) -> Chart:
    """Shares of net revenue by period, one line each; a period without revenue leaves a gap."""
    labels = [label for label, _ in periods]
    series = [Series(name, role, [shares.get(name) for _, shares in periods]) for name, role in LINES.items()]
    title = "Partner share of net revenue by quarter"
    description = f"Lines for {_range(labels)}: {', '.join(LINES)}."
    return Chart(title, description, table_id, "lines", "share", labels, series)


def bars(values: Sequence[tuple[str, float]], title: str, currency: str, table_id: str) -> Chart:
    """Amounts by name in the order given, each with its amount at the end of its bar."""
    series = [Series(title, "credit", [amount for _, amount in values])]
    description = f"Bars for {figures.counted(len(values), 'name')}."
    labels = [name for name, _ in values]
    return Chart(f"{title} ({currency})", description, table_id, "bars", currency, labels, series)


def spread(points: Sequence[tuple[int, str, str, float]], chosen: str, currency: str, table_id: str) -> Chart:
    """Per partner its credit under each model as a dot, the ``chosen`` model apart: (place, partner, model, credit)."""
    names = {place: partner for place, partner, *_ in points}
    credit = {(model, place): amount for place, _, model, amount in points}
    series = [
        Series(model, "credit" if model == chosen else "muted", [credit.get((model, place)) for place in names])
        for model in dict.fromkeys(model for _, _, model, _ in points)
    ]
    title = f"Credit of the leading partners under each model ({currency})"
    description = f"Dots for {figures.counted(len(names), 'partner')}, {chosen} apart."
    return Chart(title, description, table_id, "dots", currency, list(names.values()), series)


def columns(values: Sequence[tuple[str, float | None]], title: str, unit: str, table_id: str) -> Chart:
    """One column a period, of money (``unit`` is the currency) or of things (``count``); None leaves a gap."""
    labels = [label for label, _ in values]
    series = [Series(title, "credit", [value for _, value in values])]
    named = title if unit == "count" else f"{title} ({unit})"
    return Chart(named, f"Columns for {_range(labels)}.", table_id, "columns", unit, labels, series)


def parts(values: Sequence[tuple[str, float | None, float | None]], names: tuple[str, str], table_id: str) -> Chart:
    """Per period a number of things and, within its column, those of them that ``names`` names second."""
    labels = [label for label, *_ in values]
    whole, part = names
    series = [
        Series(whole, "whole", [value for _, value, _ in values]),
        Series(part, "credit", [value for *_, value in values]),
    ]
    title = f"{whole}, and {part[0].lower()}{part[1:]} by quarter"
    description = f"Columns for {_range(labels)}, each with a part."
    return Chart(title, description, table_id, "parts", "count", labels, series)


def _range(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"
