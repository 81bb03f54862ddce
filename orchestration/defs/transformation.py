"""dbt in two halves: touchpoints under the policy's rules, then marts over the credits that the models gave."""

import os
from collections.abc import Iterator
from functools import partial
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.dbt import Dbt, Translator, manifest, project, variables
from orchestration.nightly import Nightly, NightlyRun

_OPTIONS: dict[str, Any] = {
    "manifest": manifest(),
    "project": project,
    "dagster_dbt_translator": Translator(),
    "pool": "warehouse",
}


@dbt_assets(select="tag:touchpoints", name="touchpoints", **_OPTIONS)
def touchpoints(
    context: dg.AssetExecutionContext, dbt: dg.ResourceParam[Dbt], nightly: dg.ResourceParam[Nightly]
) -> Iterator[Any]:
    """Rules 1 to 14: which rows count."""
    run = nightly.run
    if run.settings.engine == "spark":
        from orchestration.spark.touchpoints import build_on_spark

        yield from build_on_spark(context, dbt, run, dbt_arguments(run), partial(build, context, dbt, run))
    else:
        yield from build(context, dbt, run)


@dbt_assets(select="tag:credits", name="marts", **_OPTIONS)
def marts(
    context: dg.AssetExecutionContext, dbt: dg.ResourceParam[Dbt], nightly: dg.ResourceParam[Nightly]
) -> Iterator[Any]:
    """What analysts, reports and the CRM read, each mart tested before the next is built."""
    yield from build(context, dbt, nightly.run)


def build(context: dg.AssetExecutionContext, dbt: Dbt, run: NightlyRun, *options: str) -> Iterator[Any]:
    """Run one half against the run's own files; a failed test fails the step."""
    os.environ["PIR_DBT_WAREHOUSE"] = str(run.folder.warehouse)
    os.environ["PIR_DBT_MARTS"] = str(run.folder.marts)
    # Both halves share a target, so that the second finds the project parsed.
    arguments = [*dbt_arguments(run), *options]
    yield from dbt.cli(arguments, context=context, target_path=run.folder.path / "dbt").stream()


def dbt_arguments(run: NightlyRun) -> list[str]:
    return [
        "build",
        *("--exclude-resource-type", "unit_test"),
        *("--threads", str(run.settings.dbt_threads)),
        *("--vars", run_variables(run)),
    ]


def run_variables(run: NightlyRun) -> str:
    return variables(run.policy, as_of=run.as_of_sql, run_id=run.run_id, source_system=run.source.name)
