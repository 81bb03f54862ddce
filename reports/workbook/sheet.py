"""A sheet as data: rows of cells with what they hold and how they look, before any of it is written to a file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from reports.figures import clean_name

EXCEL_ROWS = 1_048_576
EXCEL_TEXT = 32_767
EXCEL_NAME = 31
CUT = " … (cut: Excel holds 32,767 characters in a cell)"
NOT_IN_NAMES = str.maketrans("", "", "[]:*?/\\")

MONEY = "#,##0.00"
COUNT = "#,##0"
SHARE = "0.0%"
DAY = "d mmm yyyy"

Look = Literal[
    "plain", "title", "subtitle", "caption", "head", "number_head", "note", "notice", "total", "link", "value", "check"
]
Value = str | int | float | Decimal | date | None


@dataclass(frozen=True)
class Cell:
    """One cell. A ``formula`` is live and ``value`` is what it comes to; ``link`` is the name of a sheet to jump to.

    ``number_format`` is Excel's own. Text is never read as a formula, whatever it begins with.
    """

    value: Value = None
    look: Look = "plain"
    number_format: str = ""
    formula: str = ""
    link: str = ""


@dataclass(frozen=True)
class Line:
    """One row: its cells from the first column on. ``spans`` spreads a single text over so many columns."""

    cells: Sequence[Cell] = ()
    spans: int = 1


@dataclass(frozen=True)
class Sheet:
    """A sheet before it is written. ``head_row`` (from 1) is the row of headings that stays in sight and on paper.

    ``filters`` are the columns (count) of the headings that offer a filter, over ``filtered`` rows beneath them.
    """

    name: str
    lines: Iterable[Line]
    widths: Sequence[float]
    head_row: int = 0
    filters: int = 0
    filtered: int = 0


@dataclass(frozen=True)
class Span:
    """Where a list lies on a sheet: its columns by key and its first and last row, both from 1."""

    sheet: str
    columns: Sequence[str]
    first: int
    last: int

    def column(self, key: str) -> str:
        """The cells of a column as a reference that does not move."""
        letter = column_letter(self.columns.index(key))
        return f"{self.sheet}!${letter}${self.first}:${letter}${self.last}"


@dataclass
class Names:
    """Names for sheets: allowed by Excel, at most 31 characters, none twice whatever the case of its letters."""

    taken: set[str] = field(default_factory=lambda: {"history"})

    def give(self, wanted: str) -> str:
        """A free name as near to ``wanted`` as may be."""
        plain = clean_name(wanted).translate(NOT_IN_NAMES).strip(" '") or "Sheet"
        endings = ("", *(f" ({number})" for number in range(2, 1000)))
        found = next(name for end in endings if (name := _fitted(plain, end)).casefold() not in self.taken)
        self.taken.add(found.casefold())
        return found


def _fitted(name: str, ending: str) -> str:
    return name[: EXCEL_NAME - len(ending)].rstrip(" '") + ending


def column_letter(place: int) -> str:
    """The letters of the column at ``place`` (from 0): A, B, ..., Z, AA.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    higher, rest = divmod(place, 26)
    return (column_letter(higher - 1) if higher else "") + chr(ord("A") + rest)


def fitting_text(text: str) -> str:
    """``text`` as one cell can hold it; what is cut says so."""
    return text if len(text) <= EXCEL_TEXT else text[: EXCEL_TEXT - len(CUT)] + CUT


def text_line(text: str, spans: int, look: Look = "plain") -> Line:
    """A sentence over ``spans`` columns."""
    return Line([Cell(text, look)], spans)


def head_line(titles: Iterable[str], numbers: Collection[str] = ()) -> Line:
    """The titles of a table's columns; those of ``numbers`` stand over them, to the right."""
    return Line([Cell(title, "number_head" if title in numbers else "head") for title in titles])


def heading_lines(title: str, stamps: Mapping[str, str], spans: int) -> list[Line]:
    """What stands on top of every sheet: its title, and what its numbers rest on."""
    told = " · ".join(f"{term}: {value}" for term, value in stamps.items())
    return [text_line(title, spans, "title"), text_line(told, spans, "subtitle")]
