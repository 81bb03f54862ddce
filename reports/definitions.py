"""The definitions of every figure in the report, gathered from its headlines and tables into the methodology."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from reports.content import Column, Section, Table
from reports.figures import Figure

PLACE = "methodology"
TABLE = "methodology-definitions"


def definitions(sections: Sequence[Section]) -> Table:
    """What each figure of ``sections`` means, one row for each definition, in the order of the report."""
    found = dict.fromkeys(term for section in sections for term in _terms(section))
    return Table(
        TABLE,
        "What each figure means",
        [
            Column("figure", "Figure", "text"),
            Column("section", "Section", "text"),
            Column("definition", "Definition", "text"),
        ],
        [{"figure": Figure(name), "section": Figure(place), "definition": Figure(help)} for name, place, help in found],
        fold_after=12,
    )


def with_definitions(section: Section, table: Table) -> Section:
    """``section`` with the definitions in ``table``, where it is the one that they belong to."""
    return replace(section, tables=[*section.tables, table]) if section.id == PLACE else section


def _terms(section: Section) -> Iterator[tuple[str, str, str]]:
    yield from ((item.title, section.short, item.help) for item in section.headlines if item.help)
    for table in section.tables:
        if not table.is_matrix:
            yield from ((_plain(column.title), section.short, column.help) for column in table.columns if column.help)


def _plain(title: str) -> str:
    """``title`` without the currency behind it."""
    return re.sub(r" \([A-Z]{3}\)$", "", title)
