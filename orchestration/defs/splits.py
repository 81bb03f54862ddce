"""Credits divided again where the policy asks for it: chains of partners, recurring revenue, co-sell pools."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from attribution_models.batches import whole_deals
from attribution_models.policy import Policy
from attribution_models.policy_splits import PoolRules
from attribution_models.splits import chains, pools, recurring
from orchestration.nightly import Nightly
from orchestration.warehouse import create_views, open_warehouse, quoted

BATCH_ROWS = 1_000_000
NAMES = ("split_chain", "split_recurring", "split_pool")
INPUTS = [
    *(dg.AssetKey(["intermediate", name]) for name in ("int_touch_creditable", "int_override", "int_recurring_origin")),
    *(dg.AssetKey(["engine", name]) for name in ("touchpoint_credit", "model_run")),
]
_BY_PARTNER = """
    select deal_id, partner_id, cast(sum(credit_cents) as bigint) as credit_cents, min(position) as position
    from engine.touchpoint_credit where model = '{model}' group by deal_id, partner_id
"""
_CHAINS = f"select deal_id, partner_id, credit_cents from ({_BY_PARTNER}) order by deal_id, position"
_RECURRING = f"""
    select
        deal.deal_id, credit.partner_id, coalesce(credit.credit_cents, 0) as credit_cents,
        override.share is not null as is_set, deal.amount_cents, origin.origin_partner_id,
        cast(coalesce(origin.year_number, 0) as bigint) as year
    from intermediate.int_deal as deal
    left join ({_BY_PARTNER}) as credit on deal.deal_id = credit.deal_id
    left join intermediate.int_override as override
        on deal.deal_id = override.deal_id and credit.partner_id = override.partner_id
    left join intermediate.int_recurring_origin as origin on deal.deal_id = origin.deal_id
    where deal.status = 'won' and deal.is_eligible
    order by deal.deal_id, credit.position
"""
_POOLS = """
    select deal_id, role, partner_id, cast(sum(credit_cents) as bigint) as credit_cents from (
        select
            credit.*,
            case when touch.override_share is not null then '{override}' {roles} end as role
        from engine.touchpoint_credit as credit
        inner join intermediate.int_touch_creditable as touch on credit.touchpoint_id = touch.touchpoint_id
        where credit.model = '{model}'
    )
    group by deal_id, role, partner_id
    order by deal_id, list_position({order}, role), min(position)
"""


@dataclass(frozen=True)
class Split:
    """One way to divide again: the rows of a ``{model}`` that it reads, a deal's together, and their division."""

    schema: pa.Schema
    query: str
    divide: Callable[[pa.Table], pa.Table]
    is_on: bool


@dg.multi_asset(
    name="splits",
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["engine", name]), deps=INPUTS, group_name="engine", kinds={"python", "parquet"},
            description="Credits divided again; no rows where the policy has it switched off.",
        )
        for name in NAMES
    ],
    pool="warehouse",
)  # fmt: skip
def credit_splits(
    context: dg.AssetExecutionContext, nightly: dg.ResourceParam[Nightly]
) -> Iterator[dg.MaterializeResult]:
    """Divide the credits of each model that may be summed; memory is bounded by the batch."""
    run = nightly.run
    folder = run.folder.path / "splits"
    with open_warehouse(run.folder) as warehouse:
        known, rules = partners(warehouse), run.policy.splits
        for warning in chains.to_mend(known, rules.chains) if rules.chains.enabled else ():
            context.log.warning(warning)
        for name, split in splits(run.policy, known).items():
            for model, may_be_summed in models(warehouse).items():
                batches = parts(warehouse, split, model) if split.is_on and may_be_summed else iter(())
                write_parts(folder / name / f"model={model}", split.schema, batches)
            files = quoted(folder / name / "*" / "*.parquet")
            select = f"select * from read_parquet({files}, hive_partitioning = true)"
            create_views(warehouse, "engine", {name: select})
            yield dg.MaterializeResult(asset_key=dg.AssetKey(["engine", name]), metadata={"is_on": split.is_on})


def splits(policy: Policy, known: Mapping[str, chains.Partner]) -> dict[str, Split]:
    """The three splits under their names, under the policy's rules."""
    chain, recur, pool = policy.splits.chains, policy.splits.recurring, policy.splits.pools
    made = (
        Split(chains.SCHEMA, _CHAINS, partial(chains.split, partners=known, rules=chain), chain.enabled),
        Split(recurring.SCHEMA, _RECURRING, partial(recurring.split, rules=recur), recur.enabled),
        Split(pools.SCHEMA, pool_query(pool), partial(pools.split, rules=pool), pool.enabled),
    )
    return dict(zip(NAMES, made, strict=True))


def pool_query(rules: PoolRules) -> str:
    """Credit by deal, role and partner, the roles as the policy maps influence types to them."""
    roles = " ".join(f"when touch.influence_type = '{kind}' then '{role}'" for kind, role in rules.roles.items())
    return _POOLS.format(override=pools.OVERRIDE, roles=roles, order=[*rules.shares, pools.OVERRIDE], model="{model}")


def models(warehouse: duckdb.DuckDBPyConnection) -> dict[str, bool]:
    """The models of the run by name: whether they gave credit that may be summed."""
    query = "select model, gave_credit and is_additive from engine.model_run order by sort_order"
    return dict(warehouse.execute(query).fetchall())


def partners(warehouse: duckdb.DuckDBPyConnection) -> dict[str, chains.Partner]:
    """Type and parent of each known partner."""
    query = """
        select partner_id, partner_type, parent_partner_id from intermediate.int_partner_judged
        where exclusion_reason is null
    """
    return {partner: chains.Partner(*facts) for partner, *facts in warehouse.execute(query).fetchall()}


def parts(warehouse: duckdb.DuckDBPyConnection, split: Split, model: str) -> Iterator[pa.Table]:
    """What the split makes of a model's credits, batch by batch."""
    rows = warehouse.sql(split.query.format(model=model)).to_arrow_reader(BATCH_ROWS)
    return map(split.divide, whole_deals(rows, BATCH_ROWS))


def write_parts(folder: Path, schema: pa.Schema, tables: Iterator[pa.Table]) -> None:
    """One Parquet file, there even without a row."""
    folder.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(folder / "part-0.parquet", schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
