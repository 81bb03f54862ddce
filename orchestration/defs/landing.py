"""The source tables as landed Parquet, and the views through which dbt meets them."""

from collections.abc import Iterator
from datetime import datetime

import dagster as dg

from attribution_models.errors import BadInput
from extract.contract import TABLES
from extract.landing import Manifest, bad_row_sql, land, landed_state_sql, landed_table_sql
from orchestration.nightly import Nightly, NightlyRun
from orchestration.warehouse import create_views, open_warehouse, run_history_select

LANDED = [dg.AssetKey(["landed", table]) for table in TABLES]
LEDGERS = {
    dg.AssetKey(["landed", "bad_row"]): "Every landed row that does not parse or has no key, with its place.",
    dg.AssetKey(["landed", "landed_table"]): "What was landed: availability, rows, bad rows, watermark for each table.",
    dg.AssetKey(["runs", "run"]): "Every run so far, failed ones too.",
}


def landing_specs() -> list[dg.AssetSpec]:
    """The specs of the landed tables. A function: loose specs of a module would be assets of their own."""

    def spec(key: dg.AssetKey, text: str) -> dg.AssetSpec:
        return dg.AssetSpec(key, group_name="landed", kinds={"parquet"}, description=text)

    tables = [spec(key, f"{key.path[-1]} as the source holds them.") for key in LANDED]
    return [*tables, *(spec(key, text) for key, text in LEDGERS.items())]


@dg.multi_asset(
    name="landing",
    specs=landing_specs(),
    retry_policy=dg.RetryPolicy(max_retries=2, delay=10, backoff=dg.Backoff.EXPONENTIAL),
    pool="warehouse",
)
def landing(nightly: dg.ResourceParam[Nightly]) -> Iterator[dg.MaterializeResult]:
    """Extract what changed since the last run, land it, and open the run's warehouse on it."""
    run = nightly.run
    try:
        manifest = land_source(run, nightly.full)
    except BadInput as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    with open_warehouse(run.folder) as warehouse:
        create_views(warehouse, "landed", landed_views(manifest))
        create_views(warehouse, "runs", {"run": run_history_select(run.settings.runs)})
    available = {name: table for name, table in manifest.tables.items() if table.available}
    run.folder.count(**{f"{name}_in": table.rows + table.bad_rows for name, table in available.items()})
    for key in LANDED:
        table = manifest.tables[key.path[-1]]
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={
                "available": table.available,
                "dagster/row_count": table.rows,
                "bad_rows": table.bad_rows,
                "deleted_rows": table.deleted_rows,
                "watermark": table.watermark or "none",
            },
        )
    for key in LEDGERS:
        yield dg.MaterializeResult(asset_key=key)


def land_source(run: NightlyRun, full: bool) -> Manifest:
    return land(
        run.source.connector,
        run.settings.landing,
        run.run_id,
        datetime.fromisoformat(run.record.started_at),
        run.policy.data_quality.bad_row_share,
        full=full,
    )


def landed_views(manifest: Manifest) -> dict[str, str]:
    """One SELECT for each view of the schema ``landed``."""
    tables = {name: landed_state_sql(manifest, name) for name in TABLES}
    return {**tables, "bad_row": bad_row_sql(manifest), "landed_table": landed_table_sql(manifest)}
