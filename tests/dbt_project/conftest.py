"""One warehouse for all tests of the rules: each test module brings its rows, ids of their own, and asks about them."""

from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest

from tests.dbt_project.landed_tables import Row
from tests.dbt_project.warehouse_build import World, build_world

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("test_rules_*.py"))


@pytest.fixture(scope="session")
def landed_rows() -> dict[str, list[Row]]:
    """The `ROWS` of every module of rules, by table."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for name in MODULES:
        for table, some in import_module(f"tests.dbt_project.{name}").ROWS.items():
            rows[table].extend(some)
    return rows


@pytest.fixture(scope="session")
def world(landed_rows: dict[str, list[Row]], tmp_path_factory: pytest.TempPathFactory) -> World:
    """Phase 1 built from the rows of all modules and their `BAD_ROWS`, under the shipped policy, in UTC."""
    modules = (import_module(f"tests.dbt_project.{name}") for name in MODULES)
    bad_rows = [row for module in modules for row in getattr(module, "BAD_ROWS", ())]
    return build_world(tmp_path_factory.mktemp("world"), landed_rows, bad_rows)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder run in one worker, so that the warehouse is built once."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group("dbt_project"))
