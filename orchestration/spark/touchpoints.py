"""dbt's phase 1 on Spark: staging and intermediate models there, its few marts on DuckDB over those tables."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from extract.manifest import load_manifest
from orchestration.dbt import Dbt
from orchestration.nightly import NightlyRun
from orchestration.settings import Settings
from orchestration.spark.landed import landed_views, write_landed_views
from orchestration.spark.session import check_spark, configuration
from orchestration.spark.tables import LANDED, SCHEMA, WAREHOUSE, table_views
from orchestration.warehouse import create_views, open_warehouse

ON_SPARK = ["--target", "spark", "--exclude", "path:models/marts+"]
"""All but the marts and what is tested on them."""

# One value with spaces: dagster-dbt takes no second word after the option.
ON_DUCKDB = ["--exclude", "path:models/staging path:models/intermediate source:landed+1,resource_type:test"]
"""What ``ON_SPARK`` leaves: models whose tables DuckDB does not make, and the tests of what was landed, are done."""


def build_on_spark(
    context: dg.AssetExecutionContext,
    dbt: Dbt,
    run: NightlyRun,
    arguments: list[str],
    build_on_duckdb: Callable[..., Iterator[Any]],
) -> Iterator[Any]:
    """Phase 1 by dbt with ``arguments`` on Spark, then what is left of it by ``build_on_duckdb``, which takes options.

    Raises:
        BadInput: Spark can't be used.
    """
    check_spark(run.settings)
    folder = run.folder.path
    landed = load_manifest(run.settings.landing / run.source.connector.name / run.run_id)
    write_landed_views(landed_views(landed), folder / LANDED)
    os.environ.update(dbt_environment(run.settings, folder))
    yield from dbt.cli([*arguments, *ON_SPARK], context=context, target_path=folder / "dbt_spark").stream()
    with open_warehouse(run.folder) as warehouse:
        create_views(warehouse, SCHEMA, table_views(folder))
    yield from build_on_duckdb(*ON_DUCKDB)


def dbt_environment(settings: Settings, run_folder: Path) -> dict[str, str]:
    """What dbt's target ``spark`` reads from the environment (profiles.yml, macros/spark/landed.sql)."""
    session = configuration(settings, run_folder / WAREHOUSE)
    return {"PIR_SPARK_LANDED": str(run_folder / LANDED), "PIR_SPARK_SESSION": json.dumps(session)}
