"""The rules, the models and their facts once more, under another policy, on what the last published run had landed.

Everything is built in a folder of the caller's, which throws it away: PIR_HOME is only read.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from attribution_models.errors import BadInput
from attribution_models.policy import Policy
from attribution_models.registry import known_models
from attribution_models.run import model_runs
from extract.manifest import FILE_NAME, Manifest, load_manifest
from orchestration.dbt import variables
from orchestration.defs.credits import divide, engine_views, learned_views
from orchestration.defs.landing import landed_views
from orchestration.failures import StepFailed, is_disk_full
from orchestration.runs import RunFolder
from orchestration.settings import DBT_PROJECT_DIR, Settings
from orchestration.warehouse import create_views, open_marts, open_warehouse, quoted, run_history_select
from reports.marts import Context

FACTS = ("dim_deal", "fct_touchpoint_credit", "fct_partner_credit", "mart_model")
LINES_OF_FAILURE = 15
REMEDY = (
    "Nothing was published, and nothing published was changed. Ask once more with an unchanged copy of the published "
    "policy. If that fails too, it is not the other policy: run `pir doctor`, then `pir run --full`, which lands "
    "everything anew. If it does not, take your changes of the policy back one by one until it runs."
)


@dataclass(frozen=True)
class Asked:
    """The other policy, the name of its file, and the publication that it is set against."""

    file: str
    policy: Policy
    published: Context


@contextmanager
def side_by_side(published: Path, other: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection with the published marts as ``marts`` and the other ones as ``whatif``."""
    with open_marts(published) as connection:
        connection.execute(f"attach {quoted(other)} as whatif (read_only)")
        yield connection


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


def build(settings: Settings, asked: Asked, scratch: Path, say: Callable[[str], None]) -> Path:
    """The facts under the other policy as a marts file in ``scratch``; ``say`` hears of each step.

    Raises:
        BadInput: the landing is gone, or the disk of ``scratch`` is full.
        StepFailed: a step failed; the problem names it.
    """
    manifest = landing_of(settings, asked.published.run_id)
    folder, policy = RunFolder(scratch), asked.policy
    with step("Opening what was landed", asked, say), open_warehouse(folder) as warehouse:
        create_views(warehouse, "landed", landed_views(manifest))
        create_views(warehouse, "runs", {"run": run_history_select(settings.runs)})
    with step("Judging deals and touchpoints", asked, say):
        run_dbt(folder, settings, asked, "tag:touchpoints")
    with step("Dividing each deal among its touchpoints", asked, say), open_warehouse(folder) as warehouse:
        without = folder.path / "credit_without_overrides"
        models = divide(warehouse, policy, folder.credits, without, settings.engine_threads)
        views = engine_views(folder.credits, folder.path, model_runs(models, policy))
        create_views(warehouse, "engine", views | learned_views(folder.path / "learned", models))
    with step("Adding up", asked, say):
        run_dbt(folder, settings, asked, *FACTS)
    return folder.marts


@contextmanager
def step(name: str, asked: Asked, say: Callable[[str], None]) -> Iterator[None]:
    """Say that the step begins. What a database or dbt finds wrong in it is told with its name and what to do."""
    say(name)
    try:
        yield
    except (DbtFailed, duckdb.Error) as error:
        if is_disk_full(error):
            raise BadInput(
                f"The disk is full: {error}",
                f"Free space in {tempfile.gettempdir()}, or set TMPDIR to a folder with more; nothing was published.",
            ) from error
        raise StepFailed(f"What-if failed at the step {name!r} under {asked.file}. {error}", REMEDY) from error


class DbtFailed(Exception):  # noqa: N818 - it names what happened
    """dbt did not build what it was asked for."""


def run_dbt(folder: RunFolder, settings: Settings, asked: Asked, *selected: str) -> None:
    """Build models without their tests; what dbt writes stays in the folder.

    Raises:
        DbtFailed: it did not; with the model that failed and what the database said.
    """
    as_of = asked.published.as_of.strftime("%Y-%m-%d %H:%M:%S.%f")
    vars_ = variables(asked.policy, as_of=as_of, run_id="whatif", source_system=asked.published.source_system)
    target = folder.path / "dbt"
    command = [os.fspath(Path(sys.executable).with_name("dbt")), "--quiet", "run", "--select", *selected]
    command += ["--project-dir", os.fspath(DBT_PROJECT_DIR), "--profiles-dir", os.fspath(DBT_PROJECT_DIR)]
    command += ["--target-path", os.fspath(target), "--log-path", os.fspath(target)]
    command += ["--threads", str(settings.dbt_threads), "--vars", vars_]
    files = {"PIR_DBT_WAREHOUSE": str(folder.warehouse), "PIR_DBT_MARTS": str(folder.marts)}
    done = subprocess.run(command, env=os.environ | files, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise DbtFailed(failed_model(target / "run_results.json") or last_lines(done.stdout + done.stderr))


def failed_model(results: Path) -> str:
    """The first model that dbt could not build, with the database's words; empty where it came to build none."""
    if not results.exists():
        return ""
    ran = json.loads(results.read_text(encoding="utf-8"))["results"]
    failed = next((result for result in ran if result["status"] == "error"), None)
    return "" if failed is None else " ".join(f"dbt: {failed['message']}".split())


def last_lines(text: str) -> str:
    return " ".join(["dbt:", *" ".join(text.splitlines()[-LINES_OF_FAILURE:]).split()])
