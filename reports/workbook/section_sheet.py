"""One section of the report as a sheet: its sentences, then its tables one under the other, as on the page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reports.content import Column, Headline, Section, Table
from reports.figures import Figure
from reports.workbook.cells import figure_cell, remark
from reports.workbook.sheet import Cell, Line, Sheet, head_line, heading_lines, text_line

FEWEST_SPANNED, MOST_SPANNED = 6, 10
NARROWEST, WIDEST = 13.0, 46.0


def section_sheet(section: Section, name: str, stamps: Mapping[str, str]) -> Sheet:
    """``section`` as a sheet called ``name``."""
    tables = [_Laid(table) for table in section.tables]
    most = max((len(table.titles) for table in tables), default=0)
    spans = max(FEWEST_SPANNED, min(most, MOST_SPANNED))
    lines = [*heading_lines(section.title, stamps, spans), *_body(section, tables, spans)]
    return Sheet(name, lines, _widths(tables, max(most, spans)), head_row=2)


class _Laid:
    """A table with a column of remarks beside each column that has any."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.columns = [(column, _has_remarks(column, table.rows)) for column in table.columns]
        self.titles = [title for column, has in self.columns for title in _titles(column, has)]
        self.rows = [list(self._row(row)) for row in table.rows]

    def _row(self, row: Mapping[str, Figure]) -> Iterator[Cell]:
        for column, has_remarks in self.columns:
            cell = figure_cell(row[column.key])
            yield replace(cell, look="value") if column.align == "number" else cell
            if has_remarks:
                yield Cell(remark(row[column.key]) or None, "note")

    def lines(self, spans: int) -> Iterator[Line]:
        yield Line()
        yield text_line(self.table.caption, spans, "caption")
        if not self.rows:
            yield text_line(self.table.empty, spans)
            return
        yield Line(self.titles)
        yield from (Line(row) for row in self.rows)
        if self.table.note:
            yield text_line(self.table.note, spans, "note")


def _has_remarks(column: Column, rows: Sequence[Mapping[str, Figure]]) -> bool:
    return any(remark(row[column.key]) for row in rows)


def _titles(column: Column, has_remarks: bool) -> list[Cell]:
    title = Cell(column.title, "number_head" if column.align == "number" else "head")
    return [title, Cell(f"{column.title}: remark", "head")] if has_remarks else [title]


def _body(section: Section, tables: Sequence[_Laid], spans: int) -> Iterator[Line]:
    yield Line()
    yield from (text_line(sentence, spans) for sentence in section.lead)
    yield from (text_line(f"Note: {notice}", spans, "notice") for notice in section.notices)
    yield from _headlines(section.headlines)
    for table in tables:
        yield from table.lines(spans)
    for term, sentences in section.facts:
        yield Line()
        yield text_line(term, spans, "caption")
        yield from (text_line(sentence, spans) for sentence in sentences)


def _headlines(headlines: Sequence[Headline]) -> Iterator[Line]:
    if not headlines:
        return
    yield Line()
    yield head_line(("Headline", "Amount", "Of what", "Change", "Change"), {"Amount"})
    for item in headlines:
        told = [Cell(words) for _, words in item.changes]
        yield Line([Cell(item.title), figure_cell(item.value), Cell(item.detail), *told])


def _widths(tables: Sequence[_Laid], columns: int) -> list[float]:
    """Characters that each column needs for the longest of its cells, within reason."""
    widths = [NARROWEST] * columns
    widths[0] = 28.0
    for table in tables:
        for place, title in enumerate(table.titles):
            longest = max((_length(row[place]) for row in table.rows), default=0)
            widths[place] = min(max(widths[place], longest + 2, _length(title) / 2 + 2), WIDEST)
    return widths


def _length(cell: Cell) -> int:
    if isinstance(cell.value, str):
        return max(map(len, cell.value.split("\n")), default=0)
    return len(f"{cell.value:,.2f}") if isinstance(cell.value, int | float) else 0
