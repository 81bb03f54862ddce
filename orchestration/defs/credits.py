"""The money, divided: eligible touchpoints stream out of the warehouse, credits come back as Parquet."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from attribution_models.batches import TOUCH_COLUMNS
from attribution_models.policy import Policy
from attribution_models.run import CREDIT_SCHEMA, ModelRun, model_runs
from attribution_models.run import run as attribute
from orchestration.nightly import Nightly
from orchestration.warehouse import create_views, open_warehouse, quoted

BATCH_ROWS = 1_000_000
CREDIT = dg.AssetKey(["engine", "touchpoint_credit"])
MODELS = dg.AssetKey(["engine", "model_run"])
TOUCH = dg.AssetKey(["intermediate", "int_touch"])


@dg.multi_asset(
    name="credits",
    specs=[
        dg.AssetSpec(
            CREDIT, deps=[TOUCH], group_name="engine", kinds={"python", "parquet"},
            description="What each touchpoint earns under each model, in whole cents.",
        ),
        dg.AssetSpec(MODELS, deps=[TOUCH], group_name="engine", kinds={"python"}, description="The models of the run."),
    ],
    pool="warehouse",
)  # fmt: skip
def attribution_credits(nightly: dg.ResourceParam[Nightly]) -> Iterator[dg.MaterializeResult]:
    """Score and allocate every enabled model; memory is bounded by the batch."""
    run = nightly.run
    models = model_runs(run.policy)
    with open_warehouse(run.folder) as warehouse:
        write_credits(touches(warehouse), run.policy, models, run.folder.credits)
        create_views(warehouse, "engine", engine_views(run.folder.credits, run.folder.path, models))
        rows, eligible = counts(warehouse)
        credit_by_model = money_table(warehouse)
    run.folder.count(credit_rows=rows, touchpoints_eligible=eligible)
    metadata = {"dagster/row_count": rows, "credit_by_model": dg.MetadataValue.md(credit_by_model)}
    yield dg.MaterializeResult(asset_key=CREDIT, metadata=metadata)
    yield dg.MaterializeResult(asset_key=MODELS, metadata={"dagster/row_count": len(models)})


def touches(warehouse: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """``int_touch`` in the order of rule 9, a deal's rows together."""
    columns = ", ".join(TOUCH_COLUMNS)
    query = f"select {columns} from intermediate.int_touch order by deal_id, position"
    return warehouse.sql(query).to_arrow_reader(BATCH_ROWS)


def write_credits(batches: pa.RecordBatchReader, policy: Policy, models: list[ModelRun], folder: Path) -> None:
    """One Parquet file for each model, there even where no deal earns anything."""
    with ExitStack() as stack:
        writers: dict[str, pq.ParquetWriter] = {}
        for model in models:
            part = folder / f"model={model.model}" / "part-0.parquet"
            part.parent.mkdir(parents=True, exist_ok=True)
            writers[model.model] = stack.enter_context(pq.ParquetWriter(part, CREDIT_SCHEMA, compression="zstd"))
        for name, table in attribute(batches, policy, batch_rows=BATCH_ROWS):
            writers[name].write_table(table)


def engine_views(credit_folder: Path, run_folder: Path, models: list[ModelRun]) -> dict[str, str]:
    """The SELECTs of the schema ``engine``."""
    model_file = run_folder / "model_run.parquet"
    pq.write_table(pa.Table.from_pylist([model.as_row() for model in models], schema=MODEL_SCHEMA), model_file)
    credit_files = quoted(credit_folder / "*" / "*.parquet")
    return {
        "touchpoint_credit": f"select * from read_parquet({credit_files}, hive_partitioning = true)",
        "model_run": f"select * from read_parquet({quoted(model_file)})",
    }


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
