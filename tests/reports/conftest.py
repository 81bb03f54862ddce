"""The rendered reports of every small programme, and the browser that opens them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from reports import render
from tests.reports.facts import SCENARIOS
from tests.reports.marts_file import build_marts, open_marts
from tests.reports.reading import Rendered


@pytest.fixture(scope="session")
def marts_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One marts.duckdb per scenario."""
    folder = tmp_path_factory.mktemp("marts")
    return {name: build_marts(folder / f"{name}.duckdb", facts()) for name, facts in SCENARIOS.items()}


@pytest.fixture
def marts(marts_files: dict[str, Path]) -> Iterator[Callable[[str], duckdb.DuckDBPyConnection]]:
    """Opens the marts of a scenario."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def open_scenario(name: str) -> duckdb.DuckDBPyConnection:
        opened.append(open_marts(marts_files[name]))
        return opened[-1]

    yield open_scenario
    for con in opened:
        con.close()


@pytest.fixture
def rich(marts: Callable[[str], duckdb.DuckDBPyConnection]) -> duckdb.DuckDBPyConnection:
    """The marts that hold a bit of everything."""
    return marts("rich")


@pytest.fixture(scope="session")
def reports_of(marts_files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Rendered]:
    """The report of a scenario in both formats, rendered once."""
    done: dict[str, Rendered] = {}

    def report_of(name: str) -> Rendered:
        if name not in done:
            with open_marts(marts_files[name]) as con:
                done[name] = Rendered(render(con, tmp_path_factory.mktemp(f"report_{name}")))
        return done[name]

    return report_of


@pytest.fixture(params=sorted(SCENARIOS))
def every_report(request: pytest.FixtureRequest, reports_of: Callable[[str], Rendered]) -> Rendered:
    """The report of each scenario in turn."""
    return reports_of(request.param)
