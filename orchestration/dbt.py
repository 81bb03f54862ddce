"""How dbt is called: where its project and manifest lie, and which variables it gets from the policy and the run."""

import fcntl
import importlib.metadata
import json
import os
import sys
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject
from packaging.version import Version

from attribution_models.policy import Policy, load_policy
from orchestration.settings import DBT_PROJECT_DIR, PROJECT_ROOT, quiet_telemetry

project = DbtProject(DBT_PROJECT_DIR, profiles_dir=DBT_PROJECT_DIR)


class Dbt(DbtCliResource):
    """The dbt command. Its version is read from the installed package: asking the command asks the network."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(importlib.metadata.version("dbt-core"))


class Translator(DagsterDbtTranslator):
    """Groups the graph by layer: staging, intermediate, marts."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return str(dbt_resource_props["schema"])


def dbt_command() -> Dbt:
    """The dbt beside this Python, whether or not its environment is on the PATH."""
    return Dbt(
        dbt_executable=os.fspath(Path(sys.executable).with_name("dbt")),
        project_dir=os.fspath(DBT_PROJECT_DIR),
        profiles_dir=os.fspath(DBT_PROJECT_DIR),
    )


def variables(policy: Policy, **run: str) -> str:
    """The JSON text for dbt's ``--vars``."""
    return json.dumps({**policy.dbt_vars(), **run}, sort_keys=True)


def manifest() -> Path:
    """The parsed project, parsed again where a source file is newer; by one process at a time, the others wait.

    Dagster needs it to draw the graph before any run.
    """
    path = project.manifest_path
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / "manifest.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists() or path.stat().st_mtime < newest_source():
            parse()
    return path


def read_by(exposure: str) -> list[str]:
    """The names of the marts that an exposure of the dbt project depends on."""
    nodes = _exposures()[f"exposure.pir.{exposure}"]["depends_on"]["nodes"]
    return sorted(node.rsplit(".", 1)[-1] for node in nodes)


@cache
def _exposures() -> Mapping[str, Any]:
    """Read once: the manifest is megabytes long, and every start of Dagster asks for each exposure."""
    found: Mapping[str, Any] = json.loads(manifest().read_text(encoding="utf-8"))["exposures"]
    return found


def newest_source() -> float:
    folders = [DBT_PROJECT_DIR / name for name in ("models", "macros", "tests", "seeds")]
    files = [file for folder in folders for file in folder.rglob("*") if file.suffix in {".sql", ".yml", ".csv"}]
    return max(file.stat().st_mtime for file in [DBT_PROJECT_DIR / "dbt_project.yml", *files])


def parse() -> None:
    """Write the manifest with the shipped policy's variables."""
    _invoke("parse")


def document() -> Path:
    """Write every model, column, test and their lineage as one page that opens from disk, and say where it lies."""
    parse()
    # What the columns are is in the contracts; a catalog would need a warehouse, and each run has its own.
    _invoke("docs", "generate", "--static", "--empty-catalog", "--no-compile")
    return (DBT_PROJECT_DIR / project.target_path / "static_index.html").relative_to(PROJECT_ROOT)


def _invoke(*command: str) -> None:
    quiet_telemetry()
    from dbt.cli.main import dbtRunner

    shipped = load_policy(PROJECT_ROOT / "config" / "policy.yaml")
    folders = ["--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)]
    vars_ = variables(shipped, as_of="2026-01-01 00:00:00.000000", run_id="parse", source_system="none")
    result = dbtRunner().invoke(
        ["--quiet", *command, *folders, "--target-path", str(project.target_path), "--vars", vars_]
    )
    if not result.success:
        raise RuntimeError(f"dbt {command[0]} failed: {result.exception}")


if __name__ == "__main__":
    if sys.argv[1:] == ["docs"]:
        print(document())
    else:
        parse()
