"""Runs the dbt project's first phase on a warehouse of landed rows, as orchestration does, and answers questions."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from attribution_models.policy import Policy, load_policy
from tests.dbt_project.landed_tables import Row, write_landed

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt_project"
AS_OF = "2026-10-01 06:00:00.000000"


def shipped_policy(**changes: Any) -> Policy:
    """The policy that ships with pir, with top-level keys changed."""
    policy = load_policy(ROOT / "config" / "policy.yaml")
    return Policy.model_validate(policy.model_dump() | changes)


def run_dbt(folder: Path, *arguments: str, policy: Policy, as_of: str = AS_OF) -> subprocess.CompletedProcess[str]:
    """One dbt command on the warehouse in `folder`; its output goes to `folder` too."""
    variables = policy.dbt_vars() | {"as_of": as_of, "run_id": "test", "source_system": "files"}
    command = [str(Path(sys.executable).with_name("dbt")), *arguments]
    command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--vars", json.dumps(variables)]
    command += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    paths = {"PIR_DBT_WAREHOUSE": str(folder / "warehouse.duckdb"), "PIR_DBT_MARTS": str(folder / "marts.duckdb")}
    return subprocess.run(command, env=os.environ | paths, capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class World:
    """A warehouse after phase 1."""

    folder: Path

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The answer to `sql` as mappings; marts are under `marts.marts`."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True) as connection:
            connection.execute(f"attach '{self.folder / 'marts.duckdb'}' as marts (read_only)")
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, sql: str) -> dict[str, Any]:
        """The one row that `sql` finds."""
        (row,) = self.rows(sql)
        return row

    def touchpoints(self, deal_id: str) -> dict[str, dict[str, Any]]:
        """The candidate touchpoints of a deal by id."""
        found = self.rows(f"select * from marts.marts.fct_touchpoint where deal_id = '{deal_id}'")
        return {row["touchpoint_id"]: row for row in found}


def build_world(
    folder: Path,
    rows: Mapping[str, Iterable[Row]],
    bad_rows: Iterable[Row] = (),
    policy: Policy | None = None,
    as_of: str = AS_OF,
) -> World:
    """Lands `rows`, runs phase 1 with its data tests, and fails with dbt's words where it fails."""
    write_landed(folder / "warehouse.duckdb", rows, bad_rows)
    arguments = ("build", "--select", "tag:touchpoints", "--exclude-resource-type", "unit_test")
    result = run_dbt(folder, *arguments, policy=policy or shipped_policy(), as_of=as_of)
    assert result.returncode == 0, result.stdout
    return World(folder)
