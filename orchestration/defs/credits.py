"""The money, divided: touchpoints stream out of the warehouse, what models learn and credit comes back as Parquet."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from attribution_models.batches import JOURNEY_COLUMNS, TOUCH_COLUMNS
from attribution_models.learned import SCHEMAS, with_model
from attribution_models.overrides import SHARE as OVERRIDE_SHARE
from attribution_models.policy import Policy
from attribution_models.registry import Model
from attribution_models.run import BATCH_ROWS, ModelRun, model_runs, taught_models
from orchestration.credit_files import write_credits
from orchestration.nightly import Nightly
from orchestration.warehouse import create_views, open_warehouse, quoted

CREDIT = dg.AssetKey(["engine", "touchpoint_credit"])
MODELS = dg.AssetKey(["engine", "model_run"])
LEARNED = {name: dg.AssetKey(["engine", f"learned_{name}"]) for name in SCHEMAS}
WITHOUT_OVERRIDES = dg.AssetKey(["engine", "credit_without_overrides"])
TOUCH = dg.AssetKey(["intermediate", "int_touch_creditable"])
JOURNEY = dg.AssetKey(["intermediate", "int_journey"])


@dg.multi_asset(
    name="credits",
    specs=[
        dg.AssetSpec(
            CREDIT, deps=[TOUCH], group_name="engine", kinds={"python", "parquet"},
            description="What each touchpoint earns under each model, in whole cents.",
        ),
        dg.AssetSpec(
            WITHOUT_OVERRIDES, deps=[TOUCH], group_name="engine", kinds={"python", "parquet"},
            description="What the models would give on the deals that people have overridden.",
        ),
        dg.AssetSpec(MODELS, deps=[TOUCH], group_name="engine", kinds={"python"}, description="The models of the run."),
        *[
            dg.AssetSpec(
                key, deps=[JOURNEY], group_name="engine", kinds={"python", "parquet"},
                description=f"What the learned models publish: {name}.",
            )
            for name, key in LEARNED.items()
        ],
    ],
    pool="warehouse",
)  # fmt: skip
def attribution_credits(nightly: dg.ResourceParam[Nightly]) -> Iterator[dg.MaterializeResult]:
    """Teach the learned models, then score and allocate every enabled one; memory is bounded by the batch."""
    run = nightly.run
    credits, without = run.folder.credits, run.folder.path / WITHOUT_OVERRIDES.path[-1]
    with open_warehouse(run.folder) as warehouse:
        if run.settings.engine == "spark":
            from orchestration.spark.credits import write_credits as write_on_spark

            models = write_on_spark(run.settings, run.policy, run.folder.path, credits, without)
        else:
            models = divide(warehouse, run.policy, credits, without, run.settings.engine_threads)
        views = engine_views(run.folder.credits, run.folder.path, model_runs(models, run.policy))
        create_views(warehouse, "engine", views | learned_views(run.folder.path / "learned", models))
        rows, eligible = counts(warehouse)
        credit_by_model = money_table(warehouse)
    run.folder.count(credit_rows=rows, touchpoints_eligible=eligible)
    metadata = {"dagster/row_count": rows, "credit_by_model": dg.MetadataValue.md(credit_by_model)}
    yield dg.MaterializeResult(asset_key=CREDIT, metadata=metadata)
    yield dg.MaterializeResult(asset_key=WITHOUT_OVERRIDES)
    yield dg.MaterializeResult(asset_key=MODELS, metadata={"dagster/row_count": len(models)})
    for key in LEARNED.values():
        yield dg.MaterializeResult(asset_key=key)


def divide(
    warehouse: duckdb.DuckDBPyConnection, policy: Policy, credits: Path, without: Path, threads: int = 1
) -> list[Model]:
    """Write the credits and what overridden deals would earn without overrides; returns the models as taught."""
    models = taught_models(journeys(warehouse), policy, threads=threads)
    write_credits(touches(warehouse), policy, models, credits, threads=threads)
    write_credits(touches_without_overrides(warehouse), policy, models, without, threads=threads)
    return models


def touches(warehouse: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """``int_touch_creditable`` in the order of rule 9, a deal's rows together."""
    columns = ", ".join([*TOUCH_COLUMNS, OVERRIDE_SHARE])
    query = f"select {columns} from intermediate.int_touch_creditable order by deal_id, position"
    return warehouse.sql(query).to_arrow_reader(BATCH_ROWS)


def touches_without_overrides(warehouse: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """The touchpoints of overridden deals as if nobody had overridden them."""
    query = f"""
        select {", ".join(TOUCH_COLUMNS)} from intermediate.int_touch
        where is_creditable and deal_id in (select deal_id from intermediate.int_override)
        order by deal_id, position
    """
    return warehouse.sql(query).to_arrow_reader(BATCH_ROWS)


def journeys(warehouse: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """``int_journey``, a deal's rows together."""
    query = f"select {', '.join(JOURNEY_COLUMNS)} from intermediate.int_journey order by deal_id, position"
    return warehouse.sql(query).to_arrow_reader(BATCH_ROWS)


def engine_views(credit_folder: Path, run_folder: Path, models: list[ModelRun]) -> dict[str, str]:
    """The SELECTs of the schema ``engine``."""
    model_file = run_folder / "model_run.parquet"
    pq.write_table(pa.Table.from_pylist([model.as_row() for model in models], schema=MODEL_SCHEMA), model_file)
    without = run_folder / WITHOUT_OVERRIDES.path[-1]
    return {
        **{
            name: f"select * from read_parquet({quoted(folder / '*' / '*.parquet')}, hive_partitioning = true)"
            for name, folder in (("touchpoint_credit", credit_folder), (without.name, without))
        },
        "model_run": f"select * from read_parquet({quoted(model_file)})",
    }


def learned_views(folder: Path, models: Sequence[Model]) -> dict[str, str]:
    """The SELECTs of what the learned models publish, there even where none learned anything."""
    folder.mkdir(parents=True, exist_ok=True)
    learned = {model.name: model.learned for model in models if model.learned}
    for name in SCHEMAS:
        pq.write_table(with_model(learned, name), folder / f"{name}.parquet")
    return {f"learned_{name}": f"select * from read_parquet({quoted(folder / f'{name}.parquet')})" for name in SCHEMAS}


MODEL_SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("is_full", pa.bool_()),
        ("is_additive", pa.bool_()),
        ("is_learned", pa.bool_()),
        ("gave_credit", pa.bool_()),
        ("reason", pa.string()),
        ("formula", pa.string()),
        ("sort_order", pa.int32()),
    ]
)


def counts(warehouse: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Credit rows over all models, and eligible touchpoints of all deals."""
    query = "select (select count(*) from engine.touchpoint_credit), (select count(*) from intermediate.int_touch)"
    rows, eligible = warehouse.execute(query).fetchone() or (0, 0)
    return rows, eligible


def money_table(warehouse: duckdb.DuckDBPyConnection) -> str:
    """Credit of each model as a Markdown table, for the asset's page."""
    query = """
        select model, sum(credit_cents) / 100 as credit, count(distinct deal_id) as deals, count(*) as touchpoints
        from engine.touchpoint_credit group by model order by model
    """
    lines = [
        f"| {model} | {credit:,.2f} | {deals:,} | {rows:,} |"
        for model, credit, deals, rows in warehouse.execute(query).fetchall()
    ]
    return "\n".join(["| model | credit | deals | touchpoints |", "|---|---:|---:|---:|", *lines])
