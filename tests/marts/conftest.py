"""A small programme, written straight into the tables that the marts read, and the marts that dbt makes of it.

The world is small enough to work out every expected figure by hand; test_*.py state those figures. What the rules of
eligibility make of source rows is not tested here: the tables hold the outcome of those rules.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from attribution_models.policy import Policy, load_policy
from tests.marts.world import write_world

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt_project"
OURS = ["tag:credits", "path:models/intermediate/periods"]


@dataclass(frozen=True)
class Marts:
    """One build: the folder with both DuckDB files, and the variables it was built with."""

    folder: Path
    dbt_vars: dict[str, Any]

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query over the marts (``marts`` is the schema, ``warehouse`` the other file)."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.folder}/marts.duckdb' as published (read_only)")
            connection.execute(f"attach '{self.folder}/warehouse.duckdb' as warehouse (read_only)")
            connection.execute("use published.marts")
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, sql: str) -> dict[str, Any]:
        """The only row of a query; anything else is a failed test."""
        (only,) = self.rows(sql)
        return only


def pick(row: dict[str, Any], names: str) -> tuple[Any, ...]:
    """The values of these columns (names with spaces between them)."""
    return tuple(row[name] for name in names.split())


def run_dbt(folder: Path, dbt_vars: dict[str, Any], *arguments: str) -> dict[str, str]:
    """Run dbt over the two files in ``folder``; the status of each node by its name."""
    target = folder / "target"
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", *arguments, "--vars", json.dumps(dbt_vars)]
    command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    command += ["--target-path", str(target), "--log-path", str(folder / "logs")]
    environment = {
        "PATH": "",
        "HOME": str(folder),
        "PIR_DBT_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "PIR_DBT_MARTS": str(folder / "marts.duckdb"),
    }
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, cwd=folder)
    results = json.loads((target / "run_results.json").read_text()) if done.returncode < 2 else {"results": []}
    statuses = {_name(result["unique_id"]): result["status"] for result in results["results"]}
    assert statuses, done.stdout + done.stderr
    return statuses


def _name(unique_id: str) -> str:
    """The node's name; a model has several unit tests, each of which has its own."""
    kind, _, name = unique_id.split(".", 2)
    return name if kind == "unit_test" else name.split(".")[0]


def build(folder: Path, policy: Policy, as_of: str, **world: Any) -> Marts:
    """Write the world and build every mart over it; a failed model or test fails the caller with dbt's words."""
    variables = policy.dbt_vars() | {"as_of": as_of, "run_id": "run-1", "source_system": "files:a 'quoted' folder"}
    write_world(folder, **world)
    statuses = run_dbt(folder, variables, "build", "--select", *OURS, "--exclude-resource-type", "unit_test")
    bad = {name: status for name, status in statuses.items() if status not in ("success", "pass")}
    log = (folder / "logs" / "dbt.log").read_text().splitlines()
    assert not bad, "\n".join([str(bad), *(line for line in log if "[error]" in line)])
    return Marts(folder, variables)


def shipped_policy(**changes: Any) -> Policy:
    """The policy that ships, with some of its top-level values changed."""
    return load_policy(ROOT / "config" / "policy.yaml").model_copy(update=changes)


@pytest.fixture(scope="session")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Marts:
    """The world under the shipped policy: UTC, calendar years, position_based."""
    return build(tmp_path_factory.mktemp("marts"), shipped_policy(), "2026-10-01 06:00:00.000000")


@pytest.fixture(scope="session")
def fiscal_marts(tmp_path_factory: pytest.TempPathFactory) -> Marts:
    """The same world, fiscal years from April, New York, a partial primary model, and two tables not landed."""
    policy = shipped_policy(fiscal_year_start_month=4, time_zone="America/New_York", primary_model="influence_weighted")
    unavailable = ("partner_investments", "account_integrations")
    folder = tmp_path_factory.mktemp("fiscal_marts")
    return build(folder, policy, "2026-10-01 03:00:00.000000", unavailable=unavailable)


@pytest.fixture
def tampered(marts: Marts, tmp_path: Path) -> Callable[[list[str]], set[str]]:
    """The data tests that find rows in a copy of the built marts after some statements have been run on it.

    Runs the SQL that dbt compiled for them, and so needs no dbt.
    """
    compiled = [*(marts.folder / "target" / "compiled").rglob("marts_*.sql")]
    compiled += (marts.folder / "target" / "compiled").rglob("unique_grain_*.sql")

    def check(statements: list[str]) -> set[str]:
        for name in ("warehouse.duckdb", "marts.duckdb"):
            shutil.copy(marts.folder / name, tmp_path)
        with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
            connection.execute(f"attach '{tmp_path}/marts.duckdb' as marts")
            for statement in statements:
                connection.execute(statement)
            return {test.stem for test in compiled if connection.execute(test.read_text()).fetchall()}

    return check
