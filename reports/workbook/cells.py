"""A figure of the report as a cell: the number itself, with the format under which Excel prints it as the page does."""

import re

from reports.figures import Figure, is_known
from reports.workbook.sheet import Cell

NUMBER = re.compile(
    r"(?P<sign>minus )?(?P<before>[^\d;]{0,12})(?P<number>\d[\d,]*(?:\.(?P<places>\d+))?)(?P<after>%?[^\d;%]{0,12})"
)
SMALL_SHARES = ("under 0.1%", "just below 0%")
PLAIN_SHARE = "0.0%"
POINTS = " points"


def figure_cell(figure: Figure) -> Cell:
    """``figure`` as a number where it is one, else its words.

    A known zero that is printed in words stays a number and prints the same words; one that is missing is words.
    """
    if is_known(figure.sort) and not isinstance(figure.sort, str):
        number_format = zero_format(figure.text) if figure.is_words else number_format_of(figure)
        if number_format:
            return Cell(figure.sort * 100 if figure.text.endswith(POINTS) else figure.sort, "value", number_format)
    return Cell("\n".join([text for text in (figure.text, *figure.lines) if text]))


def zero_format(words: str) -> str:
    """A format that prints nothing as ``words``, and anything else as money."""
    plain = words.replace('"', "'")
    return f'#,##0.00;-#,##0.00;"{plain}"'


def number_format_of(figure: Figure) -> str:
    """Excel's format for the number as ``figure`` prints it; empty where its text is not its number."""
    if figure.text in SMALL_SHARES:
        return PLAIN_SHARE
    match = NUMBER.fullmatch(figure.text)
    if match is None or not _is_same(match, float(figure.sort or 0)):
        return ""
    digits = "#,##0" + (f".{'0' * len(match['places'])}" if match["places"] else "")
    after = ("%" if match["after"].startswith("%") else "") + _quoted(match["after"].removeprefix("%"))
    if not match["before"] and after in ("", "%"):
        return digits + after
    before, below = _quoted(match["before"]), _quoted(f"minus {match['before']}")
    return f"{before}{digits}{after};{below}{digits}{after}"


def _quoted(text: str) -> str:
    """``text`` as words within a format."""
    plain = text.replace('"', "'")
    return f'"{plain}"' if plain else ""


def _is_same(printed: re.Match[str], number: float) -> bool:
    """Whether ``number`` is what was printed, but for rounding: some figures sort by something else."""
    value = float(printed["number"].replace(",", "")) * (-1 if printed["sign"] else 1)
    step = 10.0 ** -len(printed["places"] or "")
    scale = 100 if printed["after"].startswith("%") or printed["after"] == POINTS else 1
    return abs(number * scale - value) <= 0.51 * step


def remark(figure: Figure) -> str:
    """The small print beside a figure, on one line."""
    return " · ".join(text for text in (figure.mark, figure.note) if text)
