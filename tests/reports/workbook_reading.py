"""Reads a workbook back, works its formulas out anew from the cells, and prints numbers as their format would."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

EPOCH = date(1899, 12, 30)


@dataclass
class Read:
    """One workbook on disk: its formulas, and beside them the values that were written with them."""

    path: Path

    @cached_property
    def formulas(self) -> Workbook:
        return load_workbook(self.path)

    @cached_property
    def values(self) -> Workbook:
        return load_workbook(self.path, data_only=True)

    def rows(self, sheet: str) -> list[list[Any]]:
        """The values of a sheet."""
        return [list(row) for row in self.values[sheet].iter_rows(values_only=True)]

    def table(self, caption: str) -> list[dict[str, str]]:
        """The rows of the table under ``caption`` as they are printed, by heading, whatever sheet it stands on."""
        for sheet in self.values:
            lines = list(sheet.iter_rows())
            for place, line in enumerate(lines):
                if line[0].value == caption:
                    return _rows_under(lines[place + 1 :])
        raise AssertionError(f"no table {caption!r}")

    def words(self) -> list[str]:
        """Every text of the workbook."""
        return [cell.value for sheet in self.values for row in sheet for cell in row if isinstance(cell.value, str)]

    def live(self) -> dict[tuple[str, str], str]:
        """Every formula by sheet and cell."""
        return {
            (sheet.title, cell.coordinate): cell.value
            for sheet in self.formulas
            for row in sheet
            for cell in row
            if cell.data_type == "f"
        }

    def worked_out(self, sheet: str, cell: str) -> Any:
        """What a cell comes to, its formula worked out from the cells that it names."""
        held = self.formulas[sheet][cell]
        if held.data_type != "f":
            return held.value
        return _result(str(held.value), lambda reference: self._named(reference, sheet))

    def _named(self, reference: str, here: str) -> Any:
        sheet, _, cells = reference.rpartition("!")
        name = sheet.strip("'") or here
        left, top, right, bottom = range_boundaries(cells.replace("$", ""))
        page: Worksheet = self.formulas[name]
        found = [
            self.worked_out(name, page.cell(row, column).coordinate)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]
        return found if ":" in cells else found[0]


def _rows_under(lines: Sequence[Sequence[Any]]) -> list[dict[str, str]]:
    """The rows from the second line on, until one that is empty or a sentence: the first holds the headings."""
    headings = [str(cell.value) for cell in lines[0] if cell.value is not None]
    kept = []
    for line in lines[1:]:
        if not line[0].value or all(cell.value is None for cell in line[1:]):
            break
        kept.append({heading: printed(cell) for heading, cell in zip(headings, line, strict=False)})
    return kept


def printed(cell: Any) -> str:
    """A cell as Excel prints it under its format, for the formats that the workbook uses."""
    if not isinstance(cell.value, int | float):
        return str(cell.value or "")
    form = str(cell.number_format)
    nothing = re.search(r';[^;]*;"([^"]*)"$', form)
    if nothing and cell.value == 0:
        return nothing[1]
    kept, below = [*form.split(";"), ""][:2]
    words = re.fullmatch(r'(-|"[^"]*")?([#,0.]+)(%?)("[^"]*")?', below if cell.value < 0 and below else kept)
    assert words, form
    before, digits, percent, after = ((part or "").replace('"', "") for part in words.groups())
    value = (abs(cell.value) if before.startswith(("-", "minus")) else cell.value) * (100 if percent else 1)
    return f"{before}{value:,.{len(digits.partition('.')[2])}f}{percent}{after}"


class _Text(str):
    def __and__(self, other: Any) -> "_Text":
        return _Text(f"{self}{_serial(other)}")


def _serial(value: Any) -> Any:
    if isinstance(value, datetime):
        value = value.date()
    return (value - EPOCH).days if isinstance(value, date) else value


def _result(formula: str, named: Callable[[str], Any]) -> Any:
    python = "".join(_python(token) for token in Tokenizer(formula).items)
    return eval(python, {"__builtins__": {}}, FUNCTIONS | {"named": named, "Text": _Text})  # noqa: S307  tests alone


def _python(token: Token) -> str:
    match token.type, token.subtype:
        case Token.OPERAND, Token.RANGE:
            return f"named({token.value!r})"
        case Token.OPERAND, Token.TEXT:
            return f"Text({token.value[1:-1].replace(chr(34) * 2, chr(34))!r})"
        case Token.OP_IN, _:
            return {"=": "==", "<>": "!="}.get(token.value, token.value)
        case Token.WSPACE, _:
            return " "
        case _:
            return token.value


def _numbers(values: Any) -> list[float]:
    return [v for v in (values if isinstance(values, list) else [values]) if isinstance(v, int | float)]


def _matches(value: Any, wanted: Any) -> bool:
    """Excel's way: a leading operator compares, anything else must be equal, whatever the case of its letters."""
    value = _serial(value)
    if isinstance(wanted, str) and (found := re.fullmatch(r"(>=|<=|>)(-?\d+)", wanted)):
        limit = float(found[2])
        if not isinstance(value, int | float):
            return False
        return {">=": value >= limit, "<=": value <= limit, ">": value > limit}[found[1]]
    assert not (isinstance(wanted, str) and re.search(r"^[<>=]|[*?~]", wanted)), "a criterion that Excel reads as more"
    return (str(value).casefold() if isinstance(value, str) else value) == (
        str(wanted).casefold() if isinstance(wanted, str) else wanted
    )


def _kept(conditions: Sequence[Any]) -> list[bool]:
    pairs = list(zip(conditions[::2], conditions[1::2], strict=True))
    return [all(_matches(cells[i], wanted) for cells, wanted in pairs) for i in range(len(pairs[0][0]))]


def _sum_if(amounts: list[Any], *conditions: Any) -> float:
    return sum(v for v, is_in in zip(amounts, _kept(conditions), strict=True) if is_in and isinstance(v, int | float))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SUM": lambda *values: sum(number for value in values for number in _numbers(value)),
    "SUMIFS": _sum_if,
    "COUNTIFS": lambda *conditions: sum(_kept(conditions)),
    "SUMPRODUCT": lambda values: sum(_numbers(values)),
    "ABS": lambda values: [abs(number) for number in _numbers(values)],
    "ROUND": lambda value, places: round(value, int(places)) + 0.0,
    "IF": lambda test, one, other: one if test else other,
    "DATE": date,
}
