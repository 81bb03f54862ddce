"""What a report consists of, whatever its format: sections of tables, charts and sentences, filled with figures.

Every format renders the same content, so that the same figure reads the same everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from reports.figures import Figure
from reports.marts import Context, Marts, Row
from reports.period import Period

Align = Literal["text", "number"]
ChartKind = Literal["composition", "columns", "lines", "bars", "dots", "parts"]
"""``parts`` are columns of two series, of which the second is a part of the first; partners' pages alone have them."""


@dataclass(frozen=True)
class Column:
    """One column: ``help`` is its definition, in words; ``is_chosen`` sets the report's own model apart, and
    ``is_prose`` gives sentences the room that they need on a narrow screen.
    """

    key: str
    title: str
    align: Align = "number"
    help: str = ""
    is_chosen: bool = False
    is_prose: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of figures by column key. The first column names the row. ``fold_after`` rows a long table is folded."""

    id: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Figure]]
    empty: str = "There is nothing to show."
    note: str = ""
    fold_after: int | None = None
    sorted_by: str | None = None
    is_matrix: bool = False


@dataclass(frozen=True)
class Series:
    """One value per label of its chart, None where there is none. ``role`` names its colour, such as ``credit``."""

    name: str
    role: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Chart:
    """What is drawn, whatever draws it, and the id of the table that holds the same figures.

    ``unit`` is the currency code of money, ``share`` where the values are ratios, or ``count`` of things.
    """

    title: str
    description: str
    table_id: str
    kind: ChartKind
    unit: str
    labels: Sequence[str]
    series: Sequence[Series]


@dataclass(frozen=True)
class Headline:
    """One of the numbers that a reader sees first, with its changes in words; ``help`` is its definition."""

    title: str
    value: Figure
    detail: str
    changes: Sequence[tuple[str, str]]
    help: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the report; ``short`` is its title where room is scarce.

    ``facts`` are terms with their words, ``notices`` what a reader must not overlook.
    """

    id: str
    title: str
    short: str
    lead: Sequence[str] = ()
    notices: Sequence[str] = ()
    headlines: Sequence[Headline] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    facts: Sequence[tuple[str, Sequence[str]]] = ()


@dataclass(frozen=True)
class Scope:
    """What the report is about: the marts, the period (None where no deal has closed yet) and the model.

    ``pages`` are the addresses of partners' pages by partner_id, from the report's folder; empty without pages.
    """

    marts: Marts
    period: Period | None
    model: Row
    pages: Mapping[str, str] = field(default_factory=dict)

    @property
    def context(self) -> Context:
        return self.marts.context

    @property
    def currency(self) -> str:
        return self.context.currency

    @property
    def model_name(self) -> str:
        return str(self.model["model"])

    @property
    def label(self) -> str:
        return self.period.label if self.period else "no period"

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Rows of ``query``, which names the period's grain and start as its first two parameters, or none."""
        return self.marts.rows(query, [self.period.grain, self.period.start]) if self.period else []

    def model_rows(self, query: str) -> list[dict[str, Any]]:
        """As ``rows``, with the model as the third parameter."""
        if self.period is None:
            return []
        days = [self.period.grain, self.period.start]
        if query.lstrip().startswith("select * "):
            return self.marts.rows_of_model(query, days, self.model_name)
        return self.marts.rows(query, [*days, self.model_name])


@dataclass(frozen=True)
class Report:
    """The whole report. ``stamps`` are printed on every format: as-of time, policy, run."""

    title: str
    subtitle: str
    stamps: Sequence[tuple[str, str]]
    sections: Sequence[Section] = field(default_factory=list)

    def section(self, section_id: str) -> Section:
        """The section named ``section_id``."""
        return next(section for section in self.sections if section.id == section_id)
