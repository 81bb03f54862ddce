"""Conditions of any shape mean the same to the store as to a reader of Salesforce's rules, with nothing unknown."""

import operator
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.catalogue import Catalogue
from sandbox.load import create_sandbox
from sandbox.soql import parse_query
from sandbox.state import STORE_FILE
from sandbox.store import Store

Row = dict[str, Any]
Condition = tuple[str, Callable[[Row], bool]]
AMOUNTS = (None, -1.0, 0.0, 2.5, 2.5, 1e9)
SOURCES = (None, "Web", "O'Neil", "100%", "a_b", "Web")
ROWS: list[Row] = [
    {"Name": f"n{place}", "Amount": amount, "LeadSource": source, "IsWon": place % 2 == 0}
    for place, (amount, source) in enumerate(zip(AMOUNTS, SOURCES, strict=True))
]
ORDERINGS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def equals(field: str, literal: str, value: Any) -> list[Condition]:
    def same(row: Row) -> bool:
        found = row[field]
        return (found.lower() == value.lower()) if isinstance(found, str) and isinstance(value, str) else found == value

    return [(f"{field} = {literal}", same), (f"{field} != {literal}", lambda row: not same(row))]


def ordered(sign: str, number: float) -> Condition:
    compare = ORDERINGS[sign]
    return f"Amount {sign} {number}", lambda row: row["Amount"] is not None and compare(row["Amount"], number)


def among(values: list[str], negated: bool) -> Condition:
    listed = {value.lower() for value in values}
    text = f"LeadSource {'NOT IN' if negated else 'IN'} ({', '.join(quoted(value) for value in values)})"
    return text, lambda row: (row["LeadSource"] is not None and row["LeadSource"].lower() in listed) != negated


sources = st.sampled_from(["Web", "WEB", "O'Neil", "100%", "a_b", "a\\b", "nowhere"])
numbers = st.sampled_from([-2.0, -1.0, 0.0, 2.5, 3.0, 1e9])
leaves: st.SearchStrategy[Condition] = st.one_of(
    sources.flatmap(lambda text: st.sampled_from(equals("LeadSource", quoted(text), text))),
    numbers.flatmap(lambda number: st.sampled_from(equals("Amount", str(number), number))),
    st.sampled_from([*equals("LeadSource", "null", None), *equals("Amount", "null", None)]),
    st.booleans().flatmap(lambda flag: st.sampled_from(equals("IsWon", str(flag).lower(), flag))),
    st.builds(ordered, st.sampled_from(sorted(ORDERINGS)), numbers),
    st.builds(among, st.lists(sources, min_size=1, max_size=3), st.booleans()),
)


def both(left: Condition, right: Condition) -> Condition:
    return f"({left[0]} AND {right[0]})", lambda row: left[1](row) and right[1](row)


def either(left: Condition, right: Condition) -> Condition:
    return f"({left[0]} OR {right[0]})", lambda row: left[1](row) or right[1](row)


def neither(inner: Condition) -> Condition:
    return f"(NOT {inner[0]})", lambda row: not inner[1](row)


trees = st.recursive(
    leaves,
    lambda inner: st.builds(both, inner, inner) | st.builds(either, inner, inner) | st.builds(neither, inner),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("soql") / "sandbox"
    deals = [{**row, "StageName": "x", "CloseDate": "2026-01-01", "IsClosed": True} for row in ROWS]
    create_sandbox(folder, {"Opportunity": deals}, datetime(2026, 1, 1, tzinfo=UTC))
    opened = Store(folder / STORE_FILE)
    yield opened
    opened.close()


@given(condition=trees)
def test_a_condition_selects_the_rows_for_which_it_holds(store: Store, condition: Condition) -> None:
    """Null equals only null, != and NOT give the rest, text ignores case, and AND, OR and NOT nest at will."""
    text, holds = condition
    query = parse_query(f"SELECT Name FROM Opportunity WHERE {text} ORDER BY Name", Catalogue.without(()), False)
    found = store.rows(query.sobject, ["Name"], [row[0] for row in store.execute(query.sql, query.parameters)])
    assert [name for (name,) in found] == [row["Name"] for row in ROWS if holds(row)]
