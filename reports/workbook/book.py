"""Writes the sheets of the workbook into one xlsx file, a row at a time, so that a long ledger takes no more memory."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from reports.content import Report, Scope, Section
from reports.workbook.cover import NAME as COVER
from reports.workbook.cover import cover_sheet, definitions_sheet
from reports.workbook.ledger import ledger_sheets, read_ledger
from reports.workbook.reconciliation import reconciliation_sheet
from reports.workbook.section_sheet import section_sheet
from reports.workbook.sheet import EXCEL_NAME, EXCEL_ROWS, Cell, Line, Look, Names, Sheet, Value, fitting_text
from reports.workbook.summary import summary_sheet

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

INK, PALE, RULE = "#15202B", "#495666", "#CFD6DE"
HEAD: dict[str, Any] = {
    "bold": True,
    "bg_color": "#E6EAEF",
    "bottom": 1,
    "bottom_color": RULE,
    "text_wrap": True,
    "valign": "top",
}
NUMBER = {"align": "right", "indent": 1}
"""Numbers keep off the text to their right."""
LOOKS: dict[Look, dict[str, Any]] = {
    "plain": {"valign": "top"},
    "value": {"valign": "top", **NUMBER},
    "title": {"bold": True, "font_size": 16, "font_color": INK, "valign": "top", "text_wrap": True},
    "subtitle": {"font_color": PALE, "valign": "top", "text_wrap": True},
    "caption": {"bold": True, "valign": "top"},
    "head": HEAD,
    "number_head": HEAD | NUMBER,
    "note": {"font_color": PALE, "valign": "top"},
    "notice": {"bg_color": "#FDF6E3", "valign": "top"},
    "total": {"bold": True, "top": 1, "top_color": RULE, "valign": "top"},
    "link": {"font_color": "#0B5563", "underline": 1, "valign": "top"},
    "check": {"bold": True, "font_size": 12, "valign": "top"},
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
FIXED_SHEETS = (COVER, "Summary", "Reconciliation", "Ledger", "Deals", "Definitions")
A4, POINTS_A_LINE, MOST_FOOTER = 9, 15.0, 200
SIZES = {"title": 1.5}
HEADS = ("head", "number_head")


def to_workbook(report: Report, scope: Scope, most_rows: int = EXCEL_ROWS) -> bytes:
    """``report`` as an xlsx file, with the ledger of ``scope``; the same marts make the same bytes.

    ``most_rows`` is what a sheet has room for.
    """
    from xlsxwriter import Workbook

    names = Names({"history", *(name.casefold() for name in FIXED_SHEETS)})
    tabs = {section.id: names.give(_tab(section)) for section in report.sections}
    ledger, stamps = read_ledger(scope, most_rows), dict(report.stamps)
    sheets = [
        cover_sheet(report, tabs, ledger),
        summary_sheet(ledger, scope, stamps),
        reconciliation_sheet(ledger, scope, stamps),
        *ledger_sheets(ledger, scope, stamps),
        *(section_sheet(section, tabs[section.id], stamps) for section in report.sections),
        definitions_sheet(report.sections),
    ]
    held = io.BytesIO()
    with Workbook(held, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": report.title, "subject": report.subtitle, "created": scope.context.as_of})
        book.set_calc_mode("auto")
        writer = _Writer(book, f"{report.title} · " + " · ".join(f"{term} {value}" for term, value in report.stamps))
        for sheet in sheets:
            writer.write(sheet)
    return held.getvalue()


def _tab(section: Section) -> str:
    return section.title if len(section.title) <= EXCEL_NAME else section.short


class _Writer:
    """Writes sheets into ``book``. Excel wants each look as an object of the file, made once."""

    def __init__(self, book: "Workbook", footer: str) -> None:
        self._book, self._footer = book, footer.replace("&", "&&")[:MOST_FOOTER]
        self._formats: dict[tuple[Look, str, bool, bool], Format] = {}

    def write(self, sheet: Sheet) -> None:
        """Add ``sheet`` with its rows, widths and print set-up."""
        page = self._book.add_worksheet(sheet.name)
        _set_up(page, sheet, self._footer)
        for place, line in enumerate(sheet.lines):
            if line.spans > 1:
                self._spread(page, place, line, sheet.widths)
            else:
                if any(cell.look in HEADS for cell in line.cells):
                    page.set_row(place, _head_rows(line.cells, sheet.widths) * POINTS_A_LINE)
                for column, cell in enumerate(line.cells):
                    self._cell(page, place, column, cell)

    def _spread(self, page: "Worksheet", place: int, line: Line, widths: Sequence[float]) -> None:
        """A sentence over several columns, in a row high enough for it."""
        cell, text = line.cells[0], fitting_text(str(line.cells[0].value))
        room = sum(widths[: line.spans]) / SIZES.get(cell.look, 1.0)
        rows = sum(-(-max(len(part), 1) * 1.08 // room) for part in text.split("\n"))
        page.set_row(place, min(rows, 27) * POINTS_A_LINE * SIZES.get(cell.look, 1.0))
        looks = self._format(cell.look, "", wraps=True, quoted=text.startswith(FORMULA_STARTS))
        page.merge_range(place, 0, place, line.spans - 1, "", looks)
        page.write_string(place, 0, text, looks)

    def _cell(self, page: "Worksheet", row: int, column: int, cell: Cell) -> None:
        if isinstance(cell.value, str):
            text = fitting_text(cell.value)
            looks = self._format(cell.look, "", wraps="\n" in text, quoted=text.startswith(FORMULA_STARTS))
            if cell.link:
                page.write_url(row, column, f"internal:'{cell.link.replace(chr(39), chr(39) * 2)}'!A1", looks, text)
            elif cell.formula:
                page.write_formula(row, column, cell.formula, looks, text)
            else:
                page.write_string(row, column, text, looks)
            return
        looks = self._format("value" if cell.look == "plain" else cell.look, cell.number_format)
        if cell.formula:
            page.write_formula(row, column, cell.formula, looks, _number(cell.value))
        elif isinstance(cell.value, date):
            page.write_datetime(row, column, _moment(cell.value), looks)
        elif cell.value is not None:
            page.write_number(row, column, _number(cell.value), looks)
        elif cell.look != "plain":
            page.write_blank(row, column, None, looks)

    def _format(self, look: Look, number_format: str, wraps: bool = False, quoted: bool = False) -> "Format":
        key = (look, number_format, wraps, quoted)
        if key not in self._formats:
            properties = LOOKS[look] | ({"num_format": number_format} if number_format else {})
            properties |= NUMBER if number_format else {}
            properties |= {"text_wrap": True} if wraps else {}
            properties |= {"quote_prefix": True} if quoted else {}
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]


def _head_rows(cells: Sequence[Cell], widths: Sequence[float]) -> int:
    """How many lines the longest title of a table's head needs: words do not break."""
    return max(
        len(wrap(str(cell.value or ""), max(int(width) - 2, 1), break_long_words=False))
        for cell, width in zip(cells, widths, strict=False)
    )


def _set_up(page: "Worksheet", sheet: Sheet, footer: str) -> None:
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    page.set_paper(A4)
    page.set_landscape()
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.hide_gridlines(0 if sheet.filters else 2)
    page.set_footer(f"&L&8{footer}&R&8&P / &N")
    if sheet.head_row:
        page.freeze_panes(sheet.head_row, 0)
        page.repeat_rows(max(sheet.head_row - 1, 0) if sheet.filters else 0, sheet.head_row - 1)
    if sheet.filters and sheet.filtered:
        page.autofilter(sheet.head_row - 1, 0, sheet.head_row - 1 + sheet.filtered, sheet.filters - 1)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float | Decimal) else 0.0


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  Excel's days have no zone
