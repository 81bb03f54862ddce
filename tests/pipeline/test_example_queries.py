"""Every query of docs/example-queries.md runs on published marts, as they are written there."""

import re
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.homes import Home

PAGE = Path(__file__).parents[2] / "docs" / "example-queries.md"
QUERIES = re.findall(r"```sql( finds nothing)?\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize(("finds_nothing", "query"), QUERIES, ids=range(len(QUERIES)))
def test_a_query_of_the_page_finds_something(finds_nothing: str, query: str, sandbox_home: Home) -> None:
    """An analyst who copies it into a shell on marts.duckdb gets rows; the ones that look for faults get none."""
    with duckdb.connect(str(sandbox_home.path / "marts.duckdb"), read_only=True) as marts:
        rows = marts.execute(query).fetchall()
    assert bool(rows) != bool(finds_nothing)


def test_the_page_has_queries() -> None:
    """The page is found and read, so that the test above has something to judge."""
    assert len(QUERIES) > 10
    assert sum(bool(finds_nothing) for finds_nothing, _ in QUERIES) == 2
