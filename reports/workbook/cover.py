"""The cover: what the workbook is about, what its numbers rest on, and what each sheet holds; and the definitions."""

from collections.abc import Iterator, Mapping, Sequence

from reports.content import Report, Section
from reports.workbook.ledger import DEALS, LEDGER, Ledger
from reports.workbook.reconciliation import NAME as RECONCILIATION
from reports.workbook.sheet import Cell, Line, Sheet, text_line
from reports.workbook.summary import NAME as SUMMARY

NAME, DEFINITIONS = "Cover", "Definitions"
WIDTHS = (34, 90)
ABOUT = {
    SUMMARY: "Credit by partner, category, influence type and month, by live formulas over the ledger.",
    RECONCILIATION: "What ledger and deals add up to, beside the marts' figures. Every difference is 0.",
    LEDGER: "Each deal and partner with the credit under the report's model, to the cent.",
    DEALS: "The won deals behind booked, churned and net revenue, with what partners were credited.",
    DEFINITIONS: "What each column means.",
}
GOOD_TO_KNOW = (
    "Figures are numbers: the format shows them as the report prints them, the cell holds them whole.",
    "A cell that prints words such as none holds a 0; what is not known is text, and no number.",
    "Excel holds 15 digits of a number, so amounts are exact to the cent up to 9,999,999,999,999.99.",
)


def cover_sheet(report: Report, names: Mapping[str, str], ledger: Ledger) -> Sheet:
    """``names`` gives the sheet of each section by its id."""
    return Sheet(NAME, list(_cover(report, names, ledger)), WIDTHS)


def _cover(report: Report, names: Mapping[str, str], ledger: Ledger) -> Iterator[Line]:
    yield text_line(report.title, 2, "title")
    yield text_line(report.subtitle, 2, "subtitle")
    yield Line()
    yield from (Line([Cell(term, "caption"), Cell(value)]) for term, value in report.stamps)
    yield Line()
    yield Line([Cell("Sheet", "head"), Cell("What it holds", "head")])
    for name in (SUMMARY, RECONCILIATION, LEDGER, DEALS):
        yield Line([Cell(name, "link", link=name), Cell(ABOUT[name])])
    for section in report.sections:
        name = names[section.id]
        yield Line([Cell(name, "link", link=name), Cell(f"{section.title}, as in the report.")])
    yield Line([Cell(DEFINITIONS, "link", link=DEFINITIONS), Cell(ABOUT[DEFINITIONS])])
    yield Line()
    yield text_line("Good to know", 2, "caption")
    yield from (text_line(sentence, 2) for sentence in (*GOOD_TO_KNOW, *_cut(ledger)))


def _cut(ledger: Ledger) -> list[str]:
    if not (ledger.credits_left or ledger.deals_left):
        return []
    return ["A sheet holds 1,048,576 rows, and the period has more: what had no room is told where it is missing."]


def definitions_sheet(sections: Sequence[Section]) -> Sheet:
    """Each column that has a definition, with the section and the table that it stands in."""
    heads = ("Section", "Table", "Column", "What it means")
    lines = [
        text_line(DEFINITIONS, 4, "title"),
        text_line("Methodology holds the rules, written from the policy.", 4, "subtitle"),
        Line([Cell(title, "head") for title in heads]),
        *_definitions(sections),
    ]
    return Sheet(DEFINITIONS, lines, (26, 46, 30, 80), head_row=3)


def _definitions(sections: Sequence[Section]) -> Iterator[Line]:
    for section in sections:
        for table in section.tables:
            for column in table.columns:
                if column.help:
                    yield Line([Cell(text) for text in (section.title, table.caption, column.title, column.help)])
