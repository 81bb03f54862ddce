"""An explanation as lines for a terminal: readable at 60 columns and at 120, in a pipe, and without colour.

Lines are wrapped here and never cut, so that an id is always whole; one that is too long for its line runs over.
"""

import io
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

GAP = "  "
NARROWEST = 40
Style = Literal["", "bold", "green", "yellow", "dim", "red"]


@dataclass(frozen=True)
class Line:
    """One paragraph; what wraps hangs ``hang`` columns further in."""

    text: str
    indent: int = 0
    hang: int = 2
    style: Style = ""


@dataclass(frozen=True)
class Facts:
    """Labels with their values, one under the other."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Grid:
    """Rows under headings. Where it is too wide for the terminal, each row becomes a few lines of ``heading value``.

    The columns named in ``left`` are flush left; the first column names the row.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: frozenset[str] = frozenset()
    indent: int = 2


Part = Line | Facts | Grid


@dataclass
class Explanation:
    """What is explained, in sections of parts."""

    title: str
    sections: list[tuple[str, list[Part]]] = field(default_factory=list)

    def add(self, heading: str, parts: Sequence[Part]) -> None:
        """Append a section."""
        self.sections.append((heading, list(parts)))

    def print_to(self, console: "Console") -> None:
        """Print to ``console``, as wide as it is."""
        for line in self._lines(max(console.width, NARROWEST)):
            console.print(line, soft_wrap=True, highlight=False, markup=False)

    def text(self, width: int = 100) -> str:
        """The whole explanation as plain text, ``width`` columns wide."""
        from rich.console import Console

        held = io.StringIO()
        self.print_to(Console(file=held, width=width, no_color=True, force_terminal=False))
        return held.getvalue()

    def _lines(self, width: int) -> Iterator[Text]:
        yield from _wrapped(Line(self.title, style="bold"), width)
        for heading, parts in self.sections:
            yield Text()
            yield Text(heading, style="bold")
            for part in parts:
                yield from _laid_out(part, width)


def _laid_out(part: Part, width: int) -> Iterator[Text]:
    if isinstance(part, Line):
        yield from _wrapped(part, width)
    elif isinstance(part, Facts):
        longest = max((len(label) for label, _ in part.pairs), default=0)
        for label, value in part.pairs:
            yield from _wrapped(Line(f"{label:<{longest}}  {value}", indent=2, hang=longest + 2), width)
    else:
        yield from _table(part, width)


def _wrapped(line: Line, width: int) -> Iterator[Text]:
    first, rest = " " * line.indent, " " * (line.indent + line.hang)
    for piece in textwrap.wrap(
        line.text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
        drop_whitespace=True,
    ) or [""]:
        yield Text(piece, style=line.style)


def _table(grid: Grid, width: int) -> Iterator[Text]:
    widths = [max(map(cell_len, column)) for column in zip(grid.headings, *grid.rows, strict=True)]
    if grid.indent + sum(widths) + len(GAP) * (len(widths) - 1) > width:
        yield from _stacked(grid, width)
        return
    yield _row(grid, grid.headings, widths, "dim")
    yield from (_row(grid, row, widths, "") for row in grid.rows)


def _row(grid: Grid, cells: Sequence[str], widths: Sequence[int], style: Style) -> Text:
    padded = [
        cell + " " * (wide - cell_len(cell)) if heading in grid.left else " " * (wide - cell_len(cell)) + cell
        for heading, cell, wide in zip(grid.headings, cells, widths, strict=True)
    ]
    return Text(f"{' ' * grid.indent}{GAP.join(padded)}".rstrip(), style=style)


def _stacked(grid: Grid, width: int) -> Iterator[Text]:
    """Each row as its name, then its values with their headings, as many to a line as fit.

    The columns at the front that are flush left make the name together.
    """
    named = next((place for place, heading in enumerate(grid.headings) if heading not in grid.left), 1) or 1
    for row in grid.rows:
        yield from _wrapped(Line(GAP.join(cell for cell in row[:named] if cell), indent=grid.indent), width)
        values = [f"{heading} {cell}" for heading, cell in zip(grid.headings[named:], row[named:], strict=True) if cell]
        for line in _packed(values, width - grid.indent - 2):
            yield from _wrapped(Line(line, indent=grid.indent + 2), width)


def _packed(pieces: Sequence[str], width: int) -> Iterator[str]:
    """``pieces`` joined by commas into lines of at most ``width``, none of them broken."""
    line = ""
    for piece in pieces:
        if line and cell_len(line) + cell_len(piece) + 2 > width:
            yield line
            line = ""
        line = f"{line}, {piece}" if line else piece
    if line:
        yield line
