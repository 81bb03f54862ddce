"""Every query of docs/example-queries.md runs on published marts, as they are written there."""

import re
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.homes import Home

PAGE = Path(__file__).parents[2] / "docs" / "example-queries.md"
QUERIES = re.findall(r"```sql( may be empty)?\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize(("may_be_empty", "query"), QUERIES, ids=range(len(QUERIES)))
def test_a_query_of_the_page_finds_something(may_be_empty: str, query: str, sandbox_home: Home) -> None:
    """An analyst who copies it into a shell on marts.duckdb gets rows; the one that looks for faults gets none."""
    with duckdb.connect(str(sandbox_home.path / "marts.duckdb"), read_only=True) as marts:
        rows = marts.execute(query).fetchall()
    assert bool(rows) != bool(may_be_empty)


def test_the_page_has_queries() -> None:
    """The page is found and read, so that the test above has something to judge."""
    assert len(QUERIES) > 10
    assert sum(bool(may_be_empty) for may_be_empty, _ in QUERIES) == 1
