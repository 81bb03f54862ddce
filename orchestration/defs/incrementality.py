"""What the programme adds: the run's decided deals, touched and untouched, compared on a bounded sample of them."""

from collections.abc import Iterator

import dagster as dg
import duckdb
import pyarrow as pa

from attribution_models.incrementality.deals import ARM_COLUMNS, COLUMNS
from attribution_models.incrementality.study import Total, study
from attribution_models.incrementality.tables import SCHEMAS
from attribution_models.policy import Policy
from orchestration.defs.scorecard import table_views
from orchestration.nightly import Nightly
from orchestration.warehouse import create_views, open_warehouse

TABLES = {name: dg.AssetKey(["engine", name]) for name in SCHEMAS}
EXPOSURE = dg.AssetKey(["intermediate", "int_deal_exposure"])


@dg.multi_asset(
    name="incrementality",
    specs=[
        dg.AssetSpec(
            key, deps=[EXPOSURE], group_name="engine", kinds={"python", "parquet"},
            description=f"What partner involvement adds: {name}.",
        )
        for name, key in TABLES.items()
    ],
    pool="warehouse",
)  # fmt: skip
def programme_incrementality(nightly: dg.ResourceParam[Nightly]) -> Iterator[dg.MaterializeResult]:
    """Estimate what involvement does to win rate, deal size and cycle."""
    run = nightly.run
    with open_warehouse(run.folder) as warehouse:
        tables = studied(warehouse, run.policy)
        create_views(warehouse, "engine", table_views(run.folder.path / "incrementality", tables))
    for name, key in TABLES.items():
        yield dg.MaterializeResult(asset_key=key, metadata={"dagster/row_count": tables[name].num_rows})


def studied(warehouse: duckdb.DuckDBPyConnection, policy: Policy) -> dict[str, pa.Table]:
    """The study's tables from ``int_deal_exposure``, on at most the policy's ``most_deals`` deals.

    Those are the deals whose ids, mixed with the policy's seed, come first.
    """
    rows = warehouse.sql(
        f"""
        select {", ".join(COLUMNS)} from intermediate.int_deal_exposure
        order by md5(deal_id || ':{policy.models.learned.seed}')
        limit {policy.incrementality.most_deals}
        """
    ).to_arrow_table()
    return study(rows, arm_totals(warehouse), policy.incrementality)


def arm_totals(warehouse: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Total]:
    """By dimension and arm, all decided touched deals and their amount, also those beyond the sample."""
    arms = {"all": "'all'"} | {name: f"coalesce({column}, 'unknown')" for name, column in ARM_COLUMNS.items()}
    query = " union all ".join(
        f"""
        select '{name}', {arm}, count(*), cast(coalesce(sum(amount_cents), 0) as bigint)
        from intermediate.int_deal_exposure where first_touch_at is not null group by all
        """
        for name, arm in arms.items()
    )
    return {
        (dimension, arm): Total(deals, cents) for dimension, arm, deals, cents in warehouse.execute(query).fetchall()
    }
