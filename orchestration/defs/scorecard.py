"""Which model to believe: the run's models judged on a bounded sample of its deals, as Parquet for the marts."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from attribution_models.batches import JOURNEY_COLUMNS, TOUCH_COLUMNS
from attribution_models.policy import Policy
from attribution_models.scorecard.card import scorecard
from attribution_models.scorecard.measure import SCHEMAS
from attribution_models.scorecard.recommendation import Quality
from orchestration.nightly import Nightly
from orchestration.warehouse import create_views, open_warehouse, quoted

TABLES = {name: dg.AssetKey(["engine", name]) for name in SCHEMAS}
INPUTS = [
    dg.AssetKey(["intermediate", "int_touch"]),
    dg.AssetKey(["intermediate", "int_journey"]),
    dg.AssetKey(["engine", "learned_quality"]),
]


@dg.multi_asset(
    name="scorecard",
    specs=[
        dg.AssetSpec(
            key, deps=INPUTS, group_name="engine", kinds={"python", "parquet"},
            description=f"Which model to believe: {name}.",
        )
        for name, key in TABLES.items()
    ],
    pool="warehouse",
)  # fmt: skip
def model_scorecard(nightly: dg.ResourceParam[Nightly]) -> Iterator[dg.MaterializeResult]:
    """Judge every enabled model on deals that closed after its credit was given."""
    run = nightly.run
    with open_warehouse(run.folder) as warehouse:
        tables = judged(warehouse, run.policy)
        create_views(warehouse, "engine", table_views(run.folder.path / "scorecard", tables))
    for name, key in TABLES.items():
        yield dg.MaterializeResult(asset_key=key, metadata={"dagster/row_count": tables[name].num_rows})


def judged(warehouse: duckdb.DuckDBPyConnection, policy: Policy) -> dict[str, pa.Table]:
    """The scorecard's tables from ``int_touch`` and ``int_journey``, on at most the policy's ``most_deals`` deals."""
    sample_deals(warehouse, policy)
    touches = sampled(warehouse, "intermediate.int_touch", TOUCH_COLUMNS)
    journeys = sampled(warehouse, "intermediate.int_journey", JOURNEY_COLUMNS)
    columns = "model, measure, value, base_value, deal_count"
    rows = warehouse.execute(
        f"""
        select {columns} from engine.learned_quality
        where sample = 'test' and measure in ('log_loss', 'auc') and value is not null and base_value is not null
        """
    ).fetchall()
    return scorecard(touches, journeys, [Quality(*row) for row in rows], policy)


def sample_deals(warehouse: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Choose the decided deals to judge on: all, or those whose ids, mixed with the policy's seed, come first."""
    seed, most = policy.models.learned.seed, policy.scorecard.most_deals
    warehouse.execute(
        f"""
        create or replace temp table scorecard_deal as
        select deal_id from intermediate.int_journey
        where outcome in ('won', 'lost') and coalesce(position, 1) = 1
        order by md5(deal_id || ':{seed}')
        limit {most}
        """
    )


def sampled(warehouse: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...]) -> pa.Table:
    """The rows of the sampled deals, a deal's together."""
    query = (
        f"select {', '.join(columns)} from {name} semi join scorecard_deal using (deal_id) order by deal_id, position"
    )
    return warehouse.sql(query).to_arrow_table()


def table_views(folder: Path, tables: Mapping[str, pa.Table]) -> dict[str, str]:
    """Writes ``tables`` as Parquet to ``folder``; the SELECTs of their views in the schema ``engine``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        pq.write_table(rows, folder / f"{name}.parquet")
    return {name: f"select * from read_parquet({quoted(folder / f'{name}.parquet')})" for name in tables}
