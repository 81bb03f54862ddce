"""The rules, the models and their facts once more, under another policy, on what the last published run had landed.

Everything is built in a folder of the caller's, which throws it away: PIR_HOME is only read.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from attribution_models.errors import BadInput
from attribution_models.policy import Policy
from attribution_models.registry import known_models
from attribution_models.run import model_runs
from extract.manifest import FILE_NAME, Manifest, load_manifest
from orchestration.dbt import variables
from orchestration.defs.credits import divide, engine_views, learned_views
from orchestration.defs.landing import landed_views
from orchestration.runs import RunFolder
from orchestration.settings import DBT_PROJECT_DIR, Settings
from orchestration.warehouse import create_views, open_marts, open_warehouse, quoted, run_history_select

FACTS = ("dim_deal", "fct_touchpoint_credit", "fct_partner_credit", "mart_model")
LINES_OF_FAILURE = 15


@dataclass(frozen=True)
class Publication:
    """What stands published: its run, its one now (UTC), its source and its policy."""

    run_id: str
    as_of: datetime
    source_system: str
    primary_model: str
    policy: dict[str, Any]


@contextmanager
def side_by_side(published: Path, other: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection with the published marts as ``marts`` and the other ones as ``whatif``."""
    with open_marts(published) as connection:
        connection.execute(f"attach {quoted(other)} as whatif (read_only)")
        yield connection


def publication(marts: duckdb.DuckDBPyConnection) -> Publication:
    """What the connection's marts say of themselves."""
    query = "select run_id, as_of, source_system, primary_model, policy_json from marts.marts.mart_report_context"
    row = marts.execute(query).fetchone()
    if row is None:
        raise BadInput("The published marts hold no context.", "Publish them anew with `pir run`.")
    return Publication(*row[:4], json.loads(row[4]))


def landing_of(settings: Settings, run_id: str) -> Manifest:
    """What the run ``run_id`` had landed.

    Raises:
        BadInput: it is not there any more.
    """
    found = next(settings.landing.glob(f"*/{run_id}/{FILE_NAME}"), None)
    if found is None:
        raise BadInput(
            f"What the published run {run_id} had landed is not in {settings.landing} any more.",
            "Publish anew with `pir run`, then ask again.",
        )
    return load_manifest(found)


def without_learned(policy: Policy, wanted: frozenset[str]) -> Policy:
    """The policy without the learned models, which take long, but for the ``wanted`` ones."""
    kept = tuple(name for name in policy.models.enabled if name in wanted or not known_models()[name].is_learned)
    return policy.model_copy(update={"models": policy.models.model_copy(update={"enabled": kept})})


def build(settings: Settings, policy: Policy, basis: Publication, scratch: Path, say: Callable[[str], None]) -> Path:
    """The facts under ``policy`` as a marts file in ``scratch``; ``say`` hears of each step.

    Raises:
        BadInput: the landing is gone.
        RuntimeError: dbt failed.
    """
    manifest = landing_of(settings, basis.run_id)
    folder = RunFolder(scratch)
    with open_warehouse(folder) as warehouse:
        create_views(warehouse, "landed", landed_views(manifest))
        create_views(warehouse, "runs", {"run": run_history_select(settings.runs)})
    say("Judging deals and touchpoints")
    run_dbt(folder, settings, policy, basis, "tag:touchpoints")
    say("Dividing each deal among its touchpoints")
    with open_warehouse(folder) as warehouse:
        without = folder.path / "credit_without_overrides"
        models = divide(warehouse, policy, folder.credits, without, settings.engine_threads)
        views = engine_views(folder.credits, folder.path, model_runs(models, policy))
        create_views(warehouse, "engine", views | learned_views(folder.path / "learned", models))
    say("Adding up")
    run_dbt(folder, settings, policy, basis, *FACTS)
    return folder.marts


def run_dbt(folder: RunFolder, settings: Settings, policy: Policy, basis: Publication, *selected: str) -> None:
    """Build models without their tests; what dbt writes stays in the folder."""
    as_of = basis.as_of.strftime("%Y-%m-%d %H:%M:%S.%f")
    vars_ = variables(policy, as_of=as_of, run_id="whatif", source_system=basis.source_system)
    command = [os.fspath(Path(sys.executable).with_name("dbt")), "--quiet", "run", "--select", *selected]
    command += ["--project-dir", os.fspath(DBT_PROJECT_DIR), "--profiles-dir", os.fspath(DBT_PROJECT_DIR)]
    command += ["--target-path", os.fspath(folder.path / "dbt"), "--log-path", os.fspath(folder.path / "dbt")]
    command += ["--threads", str(settings.dbt_threads), "--vars", vars_]
    files = {"PIR_DBT_WAREHOUSE": str(folder.warehouse), "PIR_DBT_MARTS": str(folder.marts)}
    done = subprocess.run(command, env=os.environ | files, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError("\n".join([*done.stdout.splitlines(), *done.stderr.splitlines()][-LINES_OF_FAILURE:]))
