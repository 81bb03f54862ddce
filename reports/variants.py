"""The other periods and models that a page can show without being rendered anew.

Each section is rendered for what it changes with and for nothing else, so that 23 periods and 17 models make a few
hundred small tables, not a few hundred reports.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from reports import words
from reports.content import Report, Scope, Section, Table
from reports.deals import HeldDeals, deals_of
from reports.definitions import definitions, with_definitions
from reports.marts import Row
from reports.period import Period, all_periods

if TYPE_CHECKING:
    from reports.sections import Part

OFFERED = {"quarter": 8, "month": 12, "year": 3}
"""The newest periods of each grain: two years of quarters, so that each has its year before, a year of months, and
the years that those comparisons reach into. Older ones are rendered by ``pir report --period``."""


@dataclass(frozen=True)
class Choice:
    """An entry of a menu: its key in the page's address, its name, and what the page is called when it is chosen."""

    key: str
    name: str
    group: str = ""
    title: str = ""
    subtitle: str = ""
    days: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Variant:
    """A section in every choice, by the keys of period and model; empty for one that it doesn't change with."""

    id: str
    by_period: bool
    by_model: bool
    contents: Mapping[tuple[str, str], Section]


@dataclass(frozen=True)
class Variants:
    """What a reader can choose from, the keys of what the page shows first, every section in every choice, and the
    deals behind them."""

    periods: Sequence[Choice]
    models: Sequence[Choice]
    first: tuple[str, str]
    sections: Sequence[Variant]
    deals: HeldDeals
    currency: str


@dataclass(frozen=True)
class _Choices:
    periods: Sequence[Period]
    models: Sequence[Row]
    definitions: Table


def variants_of(scope: Scope, report: Report) -> Variants:
    """Every section of ``report``, which is about ``scope``, for the periods and models on offer."""
    from reports.sections import SECTIONS

    periods = offered_periods(scope)
    models = [model for model in scope.marts.models if model["gave_credit"] or model["model"] == scope.model_name]
    choices = _Choices(periods, models, definitions(report.sections))
    sections = [
        Variant(shown.id, part.by_period, part.by_model, dict(_rendered(part, shown, scope, choices)))
        for part, shown in zip(SECTIONS, report.sections, strict=True)
    ]
    return Variants(
        [_period(one) for one in periods],
        [_model(one) for one in models],
        _keys(scope),
        sections,
        deals_of(scope, all_periods(scope.marts)),
        scope.currency,
    )


def offered_periods(scope: Scope) -> list[Period]:
    """The newest periods of each grain, newest first, and the one that ``scope`` is about."""
    held = all_periods(scope.marts)
    by_grain = {grain: [period for period in held if period.grain == grain][-most:] for grain, most in OFFERED.items()}
    if scope.period is not None and scope.period not in by_grain[scope.period.grain]:
        by_grain[scope.period.grain].insert(0, scope.period)
    return [period for periods in by_grain.values() for period in reversed(periods)]


def _rendered(
    part: "Part", shown: Section, scope: Scope, choices: _Choices
) -> Iterator[tuple[tuple[str, str], Section]]:
    by = (
        choices.periods if part.by_period and choices.periods else [None],
        choices.models if part.by_model else [None],
    )
    for period, model in product(*by):
        other = replace(scope, period=period or scope.period, model=model or scope.model)
        key = (other.label if period else "", other.model_name if model else "")
        is_shown = (other.period, other.model_name) == (scope.period, scope.model_name)
        yield key, shown if is_shown else with_definitions(part.render(other), choices.definitions)


def _keys(scope: Scope) -> tuple[str, str]:
    return (scope.label if scope.period else "", scope.model_name)


def _period(period: Period) -> Choice:
    from reports.report import subtitle_of, title_of

    name = period.label if period.is_complete else f"{period.label}, so far"
    days = (period.start.isoformat(), period.end.isoformat())
    return Choice(period.label, name, f"{period.grain.capitalize()}s", title_of(period), subtitle_of(period), days)


def _model(model: Row) -> Choice:
    return Choice(model["model"], words.name_of(model["model"]) + (", primary" if model["is_primary"] else ""))
