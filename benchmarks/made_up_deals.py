"""Deals and touchpoints for the benchmarks, the same on every machine: each number is a hash, none a random draw.

`int_touch`: every deal won and creditable, so that each touchpoint is scored, allocated and written under each model.
That is the worst case: of a real programme's touchpoints, those on lost and open deals earn nothing. `int_journey`:
the same touchpoints, with deals won, lost or open as their channels made likely, and as many again as a tenth of them
without a touchpoint.
"""

from pathlib import Path
from zlib import crc32

import duckdb

_ROWS_OF_A_FILE = 10_000_000
_PARTNERS = 500
_PARTNER_TYPES = ["reseller", "technology", "referral", "agency", "marketplace"]
_TIERS = ["platinum", "gold", "silver", "registered"]
_STAGES = ["Qualification", "Discovery", "Proposal", "Negotiation"]
_ACTIVITIES = [
    "joint_call", "content_shared", "intro_made", "co_sell_initiated", "integration_enabled", "services_delivered",
]  # fmt: skip
_INFLUENCE_TYPES = ["co_sell", "assisted", "co_sell", "co_sell", "integration_driven", "services"]
_LOG_ODDS = [0.30, -0.10, 0.20, 0.10, 0.25, -0.20]
"""By activity: what a touchpoint of it does to the odds that its deal is won."""


def write_touches(folder: Path, deals: int, touches: int) -> Path:
    """``touches`` touchpoints of ``deals`` won deals in random order, as Parquet files with `int_touch`'s columns.

    Returns a pattern of all files.
    """
    query = f"""
        select deal_id, touchpoint_id, partner_id, position, occurred_at, activity_type, 'activity' as origin,
            influence_type, weight, partner_type, tier, stage_at_touch, channel, engagement_depth, deal_type,
            segment, amount_cents, true as is_creditable, created_at, closed_at, last_stage_change_at
        from touchpoint join deal using (n)
        order by {_hash("id", "row")}
    """
    return _write(folder / "int_touch", query, deals, touches)


def write_journeys(folder: Path, deals: int, touches: int) -> Path:
    """What the learned models are taught: the same touchpoints with their deals' outcomes, in random order."""
    query = f"""
        select deal_id, touchpoint_id, partner_id, position, occurred_at, activity_type,
            case when id is not null then 'activity' end as origin, influence_type, partner_type, tier, stage_at_touch,
            channel, engagement_depth,
            case
                when {_chance("n", "open")} < 0.1 then 'open'
                when {_chance("n", "outcome")} < 1 / (1 + exp(0.5 - coalesce(deal_log_odds, 0))) then 'won'
                else 'lost'
            end as outcome,
            amount_cents, deal_type, segment, region, source, created_at, closed_at, last_stage_change_at
        from deal
        left join touchpoint using (n)
        left join (select n, sum(log_odds) as deal_log_odds from touchpoint group by n) using (n)
        order by {_hash("coalesce(id, -n)", "row")}
    """
    return _write(folder / "int_journey", query, deals, touches)


def _write(folder: Path, query: str, deals: int, touches: int) -> Path:
    """More touchpoints than one file holds are the same deals again under other ids, that interleave."""
    folder.mkdir(parents=True)
    files = 1 + (touches - 1) // _ROWS_OF_A_FILE
    with _made_up(deals // files, touches // files) as con:
        for file in range(files):
            other_ids = f"deal_id || '-{file}' as deal_id, touchpoint_id || '-{file}' as touchpoint_id"
            con.execute(
                f"copy (select * replace ({other_ids}) from ({query})) to '{folder / f'part-{file}.parquet'}' "
                "(format parquet)"
            )
    return folder / "*.parquet"


def _made_up(deals: int, touches: int) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false; set preserve_insertion_order = false")
    con.execute(
        f"""
        create view deal as
        select i as n, 'D' || lpad((i * 7919 % {deals + deals // 10})::varchar, 9, '0') as deal_id,
            100000 + ({_chance("i", "amount")} * 50000000)::bigint as amount_cents,
            timestamp '2024-01-01' + to_seconds(({_chance("i", "closed")} * 86400 * 700)::bigint) as closed_at,
            closed_at - interval 120 day as created_at, closed_at - interval 20 day as last_stage_change_at,
            {_pick(["new_business", "expansion", "renewal"], "i", "type")} as deal_type,
            {_pick(["smb", "mid_market", "enterprise"], "i", "segment")} as segment,
            {_pick(["EMEA", "AMER", "APAC"], "i", "region")} as region,
            {_pick(["web", "outbound", "partner_referral"], "i", "source")} as source
        from range({deals + deals // 10}) as series(i)
        """
    )
    con.execute(
        f"""
        create table touchpoint as
        with drawn as (
            select i as id, case when i < {deals} then i else ({_chance("i", "deal")} * {deals - 1})::bigint end as n,
                (power({_chance("i", "partner")}, 2) * {_PARTNERS})::integer as partner,
                1 + ({_chance("i", "activity")} * {len(_ACTIVITIES) - 1})::integer as activity,
                {_chance("i", "age")} as age, {_chance("i", "weight")} as weight,
                {_pick(_STAGES, "i", "stage")} as stage_at_touch,
                case when {_chance("i", "known")} < 0.5 then {_chance("i", "depth")} end as engagement_depth
            from range({touches}) as series(i)
        )
        select id, n, 'activity:' || id as touchpoint_id, 'P' || partner as partner_id,
            row_number() over (partition by n order by age desc, id)::integer as position,
            timestamp '2024-01-01' + to_seconds(({_chance("n", "closed")} * 86400 * 700)::bigint)
            - to_microseconds((age * 31536000000000)::bigint) as occurred_at,
            {_PARTNER_TYPES}[1 + partner % {len(_PARTNER_TYPES)}] as partner_type,
            {_TIERS}[1 + partner % {len(_TIERS)}] as tier, {_ACTIVITIES}[activity] as activity_type,
            {_INFLUENCE_TYPES}[activity] as influence_type, {_LOG_ODDS}[activity] as log_odds,
            partner_type || ': ' || influence_type as channel, weight, stage_at_touch, engagement_depth
        from drawn
        """
    )
    return con


def _chance(key: str, salt: str) -> str:
    """SQL for a number from 0 to 1 that depends on ``key`` and ``salt`` alone."""
    return f"({_hash(key, salt)} / 18446744073709551616.0)"


def _pick(values: list[str], key: str, salt: str) -> str:
    return f"{values}[1 + ({_hash(key, salt)} % {len(values)})::integer]"


def _hash(key: str, salt: str) -> str:
    """One number for both: DuckDB's hash of two values differs from that of other two by a few bits that repeat."""
    return f"hash({key} * {1 << 32} + {crc32(salt.encode())})"
