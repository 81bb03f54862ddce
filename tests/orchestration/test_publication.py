"""Publishing is one step: readers keep what they have open, and a fresh session finds each mart by its name."""

from pathlib import Path

import duckdb
import pytest

from orchestration.defs.publication import publish_report
from orchestration.warehouse import open_marts, publish


def build(path: Path, value: int) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as marts (storage_version 'v1.0.0')")
        connection.execute("create schema marts.marts")
        connection.execute(f"create table marts.marts.dim_deal as select {value} as deal_id")
    return path


def test_an_open_reader_keeps_the_old_file(tmp_path: Path) -> None:
    """An analyst's session sees the numbers it started with until it reconnects."""
    published = tmp_path / "marts.duckdb"
    publish(build(tmp_path / "first.duckdb", 1), published)
    reader = duckdb.connect(str(published), read_only=True)
    publish(build(tmp_path / "second.duckdb", 2), published)
    assert reader.execute("select deal_id from marts.marts.dim_deal").fetchall() == [(1,)]
    reader.close()
    with open_marts(published) as marts:
        assert marts.execute("select deal_id from dim_deal").fetchall() == [(2,)]


@pytest.mark.parametrize("name", ["dim_deal", "main.dim_deal", "marts.marts.dim_deal"])
def test_a_fresh_session_finds_a_mart_without_a_search_path(tmp_path: Path, name: str) -> None:
    """`from dim_deal` works in a session opened on the published file."""
    published = tmp_path / "marts.duckdb"
    publish(build(tmp_path / "built.duckdb", 1), published)
    with duckdb.connect(str(published), read_only=True) as reader:
        assert reader.execute(f"from {name}").fetchall() == [(1,)]


def test_a_file_under_another_alias_is_read_by_its_schema(tmp_path: Path) -> None:
    """Attached as anything else, the marts lie in the schema that the contract names."""
    published = tmp_path / "marts.duckdb"
    publish(build(tmp_path / "built.duckdb", 1), published)
    with duckdb.connect() as session:
        session.execute(f"attach '{published}' as m (read_only)")
        assert session.execute("from m.marts.dim_deal").fetchall() == [(1,)]


def test_a_report_replaces_the_old_one_file_by_file(tmp_path: Path) -> None:
    """New files stand in place of the old ones, and what is no longer made is gone."""
    built, published = tmp_path / "built", tmp_path / "published"
    for folder, names in ((built, ("report.html", "report.md")), (published, ("report.html", "left.html"))):
        folder.mkdir()
        for name in names:
            (folder / name).write_text(folder.name)
    publish_report(built, published)
    assert {file.name: file.read_text() for file in published.iterdir()} == {
        "report.html": "built",
        "report.md": "built",
    }
