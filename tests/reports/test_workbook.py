"""The workbook adds up by formulas that stay live, reconciles with the marts, and no text in it becomes a formula."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from reports import figures
from reports.marts import Marts
from reports.report import gather, scope_of
from reports.workbook import to_workbook
from reports.workbook.cells import figure_cell
from reports.workbook.sheet import EXCEL_TEXT, Names, column_letter, fitting_text
from tests.reports.facts import NASTY, one_deal_facts, rich_facts
from tests.reports.marts_file import build_marts, open_marts
from tests.reports.reading import Rendered
from tests.reports.workbook_reading import Read

Reports = Callable[[str], Rendered]
CALCULATED = {"Summary", "Reconciliation", "Deals"}


def differences(book: Read) -> list[float]:
    """The differences of the reconciliation, worked out anew."""
    cells = [cell for sheet, cell in book.live() if sheet == "Reconciliation" and cell.startswith("E")]
    return [book.worked_out("Reconciliation", cell) for cell in cells]


def written(con: duckdb.DuckDBPyConnection, path: Path, model: str | None = None, **options: int) -> Read:
    """The workbook of the marts on ``con``, read back."""
    scope = scope_of(Marts(con), None, model)
    path.write_bytes(to_workbook(gather(scope), scope, **options))
    return Read(path)


def test_every_formula_comes_to_the_value_beside_it(every_report: Rendered) -> None:
    """Worked out anew by Excel's rules, each formula gives what a viewer without recalculation shows."""
    book = every_report.workbook
    for sheet, cell in book.live():
        assert book.worked_out(sheet, cell) == pytest.approx(book.values[sheet][cell].value, abs=1e-9), (sheet, cell)


def test_ledger_and_marts_differ_by_nothing(every_report: Rendered) -> None:
    """Each difference of the reconciliation is exactly 0, worked out anew, whatever the data."""
    book = every_report.workbook
    if every_report.files.period is None:
        assert "nothing to reconcile" in book.rows("Reconciliation")[3][0]
        return
    found = differences(book)
    assert len(found) == 15
    assert set(found) == {0}
    assert book.worked_out("Reconciliation", "A4") == "All differences are 0."


def test_a_changed_credit_shows_in_the_reconciliation(reports_of: Reports, tmp_path: Path) -> None:
    """A cent more in the ledger, typed in by a person, is a difference of a cent, and the verdict says so."""
    book = load_workbook(reports_of("rich").files.workbook)
    cell = book["Ledger"]["N5"]
    cell.value = cell.value + 0.01
    book.save(tmp_path / "changed.xlsx")
    changed = Read(tmp_path / "changed.xlsx")
    assert 0.01 in differences(changed)
    assert "There is a difference" in changed.worked_out("Reconciliation", "A4")


def test_ledger_holds_every_credit_of_the_period(reports_of: Reports, rich: duckdb.DuckDBPyConnection) -> None:
    """The ledger is fct_partner_credit of the period and model, row by row and to the cent."""
    expected = rich.execute(
        """
        select deal_id, partner_id, credit_amount from marts.marts.fct_partner_credit
        where model = 'position_based' and close_date between '2026-07-01' and '2026-09-30'
        order by deal_id, partner_id
        """
    ).fetchall()
    rows = reports_of("rich").workbook.rows("Ledger")[4:]
    assert len(expected) > 5
    assert sorted((row[0], row[7], row[13]) for row in rows) == [(d, p, float(c)) for d, p, c in expected]


def test_no_text_becomes_a_formula(every_report: Rendered) -> None:
    """Formulas are ours alone: they lie on three sheets, and each names cells or adds numbers up."""
    live = every_report.workbook.live()
    assert {sheet for sheet, _ in live} <= CALCULATED
    assert all(re.match(r"=(SUM|SUMIFS|COUNTIFS|ROUND|IF)\(", formula) for formula in live.values())


def test_hostile_names_stay_text_in_the_workbook(reports_of: Reports) -> None:
    """A name that begins with an equals sign, or holds HTML or right-to-left text, is there as it is written."""
    book = reports_of("rich").workbook
    for key in ("P2", "P3", "P4", "P5"):
        assert NASTY[key] in book.words()
    cells = [cell for row in book.formulas["Ledger"] for cell in row if cell.value == NASTY["P5"]]
    assert cells
    assert all(cell.data_type in {"s", "inlineStr"} and cell.quotePrefix for cell in cells)
    assert not any("\u202e" in text for text in book.words())


def test_ids_that_excel_takes_for_the_same_are_kept_apart(tmp_path: Path) -> None:
    """Partners whose ids differ in case alone, or hold wildcards or comparisons, each have their own sums."""
    facts = rich_facts()
    new = dict(zip(("P1", "P2", "P3", "P4", "P5"), ("ab", "AB", "a*", ">0", "=ab"), strict=True))
    renamed = replace(
        facts,
        partners={new.get(key, key): name for key, name in facts.partners.items()},
        touches=[row | {"partner_id": new[row["partner_id"]]} for row in facts.touches],
        investments=[],
    )
    with open_marts(build_marts(tmp_path / "m.duckdb", renamed)) as con:
        book = written(con, tmp_path / "w.xlsx")
        expected = con.execute(
            """
            select partner_id, credit_amount from marts.marts.mart_partner_influence
            where period_label = '2026-Q3' and model = 'position_based' and credit_amount > 0
            """
        ).fetchall()
    told = {book.values["Summary"][f"B{row}"].value: book.worked_out("Summary", f"E{row}") for row in range(6, 11)}
    assert told == pytest.approx({key: float(credit) for key, credit in expected})
    assert len(told) == 5


def test_a_model_that_credits_money_twice_is_not_added_up(rich: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Under participation the workbook sums each partner's own credit alone, and still reconciles revenue."""
    book = written(rich, tmp_path / "w.xlsx", "participation")
    assert not any(row[0] == "All" for row in book.rows("Summary"))
    assert "nothing else is added up" in str(book.rows("Summary"))
    assert set(differences(book)) == {0}
    assert len(differences(book)) == 8


def test_what_excel_has_no_room_for_is_said(rich: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Where a ledger is longer than a sheet, it says how many rows are missing, and the reconciliation counts them."""
    book = written(rich, tmp_path / "w.xlsx", most_rows=7)
    assert re.search(r"first 3 credits: Excel has no room for the other \d+", str(book.rows("Ledger")[2][0]))
    assert "Excel has no room for" in str(book.rows("Deals")[2][0])
    assert "what had no room" in str(book.rows("Cover"))
    assert set(differences(book)) == {0}
    assert any(row[2] for row in book.rows("Reconciliation")[5:20])


def test_names_of_sheets_are_allowed_and_told_apart() -> None:
    """A name loses what Excel forbids, has at most 31 characters, and is never given twice in any case of letters."""
    names = Names()
    given = [
        names.give(name) for name in ("A/B: [c]?*\\", "x" * 40, "X" * 40, "History", "", "'quoted'", "a" * 31 + "b")
    ]
    assert given[0] == "AB c"
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]|^'|'$", name) for name in given)
    assert len({name.casefold() for name in given}) == len(given)
    assert "history" not in {name.casefold() for name in given}


def test_a_text_too_long_for_a_cell_says_that_it_is_cut() -> None:
    """A cell's text is at most what Excel holds, and ends in words where something is missing."""
    assert fitting_text("x" * EXCEL_TEXT) == "x" * EXCEL_TEXT
    cut = fitting_text("x" * (EXCEL_TEXT + 1))
    assert len(cut) == EXCEL_TEXT
    assert cut.endswith("(cut: Excel holds 32,767 characters in a cell)")


def test_columns_are_lettered_as_excel_does() -> None:
    """After Z comes AA, after AZ comes BA, and the last column is XFD."""
    assert [column_letter(place) for place in (0, 25, 26, 51, 52, 16_383)] == ["A", "Z", "AA", "AZ", "BA", "XFD"]


def test_sheets_are_ready_to_read_and_to_print(reports_of: Reports) -> None:
    """Every sheet but the cover keeps its headings in sight, and prints one page wide with its stamps beneath."""
    for sheet in reports_of("rich").workbook.formulas:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert "0123456789abcdef" in sheet.oddFooter.left.text
        assert sheet.title == "Cover" or sheet.freeze_panes
    assert reports_of("rich").workbook.formulas["Ledger"].auto_filter.ref.startswith("A4:P")


def test_cover_leads_to_every_sheet(every_report: Rendered) -> None:
    """The cover names the as-of time, policy and run, and links to each of the other sheets."""
    book = every_report.workbook
    cover = book.formulas["Cover"]
    linked = {cell.hyperlink.location for row in cover for cell in row if cell.hyperlink}
    assert linked == {f"'{name}'!A1" for name in book.formulas.sheetnames if name != "Cover"}
    told = str(book.rows("Cover"))
    assert all(stamp in told for stamp in ("2026-10-01 06:00 UTC", "0123456789abcdef", "20261001T060000Z-test"))


def test_the_same_marts_make_the_same_bytes(tmp_path: Path) -> None:
    """A workbook holds no clock: written twice from the same marts it is the same file."""
    with open_marts(build_marts(tmp_path / "m.duckdb", one_deal_facts())) as con:
        first, second = (written(con, tmp_path / f"{name}.xlsx").path for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_without_deals_the_workbook_speaks_in_words(reports_of: Reports) -> None:
    """Before any deal has closed, ledger, deals and summary say so instead of showing zeros."""
    book = reports_of("nothing_closed").workbook
    assert "No partner has credit" in book.rows("Ledger")[4][0]
    assert "No deal that counts was won" in book.rows("Deals")[4][0]
    assert "nothing to add up" in book.rows("Summary")[3][0]
    assert book.live() == {}


@pytest.mark.parametrize(
    ("figure", "value", "number_format"),
    [
        (figures.money(1234.5, "USD"), 1234.5, "#,##0.00"),
        (figures.money(0, "USD", zero="no credit"), 0, '#,##0.00;-#,##0.00;"no credit"'),
        (figures.share(0.12345), 0.12345, "#,##0.0%"),
        (figures.share(0.0001), 0.0001, "0.0%"),
        (figures.times(3.42, "none"), 3.42, '#,##0.0"x";"minus "#,##0.0"x"'),
        (figures.Figure("USD\u00a01,234.50", 1234.5), 1234.5, '"USD\u00a0"#,##0.00;"minus USD\u00a0"#,##0.00'),
        (figures.Figure("19.7 points", 0.197), 19.7, '#,##0.0" points";"minus "#,##0.0" points"'),
        (figures.Figure("2026-Q3", 20260701), "2026-Q3", ""),
        (figures.money(None, "USD", "not known"), "not known", ""),
        (figures.money(float("nan"), "USD", "not known"), "not known", ""),
    ],
)
def test_a_figure_becomes_a_number_that_prints_alike(figure: figures.Figure, value: object, number_format: str) -> None:
    """A number keeps all of its digits and its words, a zero prints its words, and what is no number stays text."""
    cell = figure_cell(figure)
    assert cell.value == (pytest.approx(value) if isinstance(value, float) else value)
    assert cell.number_format == number_format
