"""Makes SOQL readable for a SQL parser: its strings, dates and times become SQL strings that say which they were.

sqlglot would read ``CloseDate >= 2024-01-01`` as a subtraction, and SOQL's backslashes as letters.
"""

import re

from sandbox.errors import CrmError

_LITERAL = re.compile(
    r"(?P<string>'(?:[^'\\]|\\.)*')"
    r"|(?P<moment>\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))"
    r"|(?P<date>\b\d{4}-\d{2}-\d{2}\b)"
    r"|(?P<stray>')",
    re.DOTALL,
)
_DESCENDING = re.compile(r"\bdesc\b(?!\s+nulls\b)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def to_sql_literals(soql: str) -> str:
    """``soql`` with each literal as 'string:...', 'moment:...' or 'date:...', and with nulls first, as SOQL sorts them.

    Raises:
        CrmError: MALFORMED_QUERY, for a string without an end.
    """
    parts, end = [], 0
    for match in _LITERAL.finditer(soql):
        parts += [_nulls_first(soql[end : match.start()]), _tagged(match)]
        end = match.end()
    return "".join([*parts, _nulls_first(soql[end:])])


def _nulls_first(plain: str) -> str:
    return _DESCENDING.sub("DESC NULLS FIRST", plain)


def _tagged(match: re.Match[str]) -> str:
    kind, text = str(match.lastgroup), match.group()
    if kind == "stray":
        raise CrmError(400, "MALFORMED_QUERY", f"unterminated string literal at character {match.start()}")
    body = text[1:-1] if kind == "string" else text
    return "'" + kind + ":" + body.replace("'", "''") + "'"


def plain_string(body: str) -> str:
    """The text that a SOQL string's ``body`` stands for."""
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match.group(1), match.group(1)), body)


def like_pattern(body: str) -> str:
    """The SQL LIKE pattern (escape character: backslash) of a SOQL string's ``body``."""
    return _ESCAPE.sub(lambda match: match.group() if match.group(1) in r"\%_" else plain_string(match.group()), body)
