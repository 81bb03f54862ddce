"""What a section declares that it changes with is true, since the page switches only what is declared."""

from collections.abc import Callable
from dataclasses import replace

import duckdb
import pytest

from reports.marts import Marts
from reports.period import all_periods
from reports.report import scope_of
from reports.sections import SECTIONS, Part


@pytest.mark.parametrize("part", SECTIONS, ids=lambda part: part.render.__name__)
def test_a_section_changes_with_nothing_that_it_does_not_declare(
    part: Part, marts: Callable[[str], duckdb.DuckDBPyConnection]
) -> None:
    """In every period and under every model, a section that isn't by them reads as in the report's own scope."""
    scope = scope_of(Marts(marts("rich")), None, None)
    expected = part.render(scope)
    others = [] if part.by_period else [replace(scope, period=period) for period in all_periods(scope.marts)]
    others += [] if part.by_model else [replace(scope, model=m) for m in scope.marts.models if m["gave_credit"]]
    for other in others:
        assert part.render(other) == expected
