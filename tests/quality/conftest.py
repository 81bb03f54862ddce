"""A warehouse of its own for each test, copied from one that is built once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.quality.warehouse import build


@pytest.fixture(scope="session")
def good_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a warehouse in which every check passes."""
    folder = tmp_path_factory.mktemp("good")
    build(folder).close()
    return folder


@pytest.fixture
def warehouse(good_files: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A good warehouse that the test may spoil."""
    folder = tmp_path / "warehouse"
    shutil.copytree(good_files, folder)
    con = duckdb.connect(str(folder / "warehouse.duckdb"))
    con.execute(f"set timezone = 'UTC'; attach '{folder / 'marts.duckdb'}' as marts")
    yield con
    con.close()
