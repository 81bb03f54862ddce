"""Simulated businesses as the estimator of incrementality sees them, without the CRM and the pipeline between.

The rules on touchpoints (SPEC 4, rules 4 to 8) are applied to the simulated records directly, as far as they decide
whether a deal was touched, when first, and by what; ``bench_incrementality --check`` compares the result with what the
nightly job makes of the same business.
"""

from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd

from sandbox.crm_rows import deal_ids
from sandbox.picklists import ACTIVITY_TYPES, LEAD_SOURCES, PARTNER_TYPES, REGIONS, SEGMENTS
from sandbox.simulator.currency import in_currency
from sandbox.simulator.outcome import OPEN
from sandbox.simulator.registrations import APPROVED, EXPIRED
from sandbox.simulator.settings import DEAL_TYPES, SimulatorSettings
from sandbox.simulator.table import DAY, NO_TIME, size
from sandbox.simulator.world import World, simulate
from sandbox.state import SANDBOX_NOW

SETTINGS = {"shipped": SimulatorSettings(), "no_selection": replace(SimulatorSettings(), selection=0.0)}
TYPES = (  # the influence type of each kind of activity, in the order of ACTIVITY_TYPES
    "referral", "co_sell", "co_sell", "co_sell", "assisted", "integration_driven", "marketplace", "services",
)  # fmt: skip
FIRST_TOUCHES = """
with deals as (
    select *, to_timestamp(created)::timestamp as created_at,
        case when is_open then now_at
            else date_trunc('day', to_timestamp(close)::timestamp) + interval 1 day - interval 1 microsecond
        end as closed_at,
        case when first_contact is null then created_at else to_timestamp(first_contact)::timestamp end as sales_at,
        case when is_open then now_at - interval 12 months
            else date_trunc('day', to_timestamp(close)::timestamp) - interval 12 months end as window_start,
    from deal
),
registered as (
    select deals.deal, r.partner, to_timestamp(r.submitted)::timestamp as happened_at, true as is_registered
    from registration as r
    inner join deals on r.deal = deals.deal or (r.deal < 0 and r.account = deals.account)
    where was_approved
        and happened_at >= created_at - interval 90 days
        and (r.expires is null or to_timestamp(r.expires)::timestamp > created_at)
        and happened_at <= greatest(created_at, sales_at)
    qualify row_number() over (partition by deals.deal order by happened_at, r.number) = 1
),
source as (
    select * from registered
    union all
    select deal, source_partner, created_at, false from deals
    where is_referral and source_partner >= 0 and deal not in (select deal from registered)
),
activity_kept as (
    select *, to_timestamp(occurred)::timestamp as happened_at from activity
    qualify row_number() over (partition by number order by logged desc nulls last) = 1
),
activity_touch as (
    select a.*, deals.deal as on_deal
    from activity_kept as a inner join deals on a.deal = deals.deal
    union all
    select a.*, deals.deal from activity_kept as a
    inner join deals on a.deal = -1 and a.account = deals.account
        and a.happened_at between deals.created_at - interval 90 days and greatest(deals.closed_at, deals.created_at)
),
candidates as (
    select deal, partner, happened_at, 1 as rank, 'source' as kind, 0 as id from source
    union all
    select on_deal, partner, happened_at, 2, type, number from activity_touch where type is not null and partner >= 0
    union all
    select deals.deal, i.partner,
        case when used_at >= window_start then greatest(enabled_at, window_start) else enabled_at end,
        3, 'integration_driven', i.id
    from (
        select *, to_timestamp(enabled)::timestamp as enabled_at, to_timestamp(last_used)::timestamp as used_at
        from integration
    ) as i
    inner join deals on i.account = deals.account and i.enabled_at < deals.closed_at
        and (i.disabled is null or to_timestamp(i.disabled)::timestamp >= deals.created_at)
),
eligible as (
    select candidates.*, deals.created_at, deals.sales_at,
        min(case when candidates.kind = 'source' then candidates.partner end) over same as source_partner,
        bool_or(source.is_registered) over same as is_registered,
        min(case when candidates.kind = 'source' then 1 end) over same = 1 as has_source
    from candidates
    inner join deals on candidates.deal = deals.deal
    left join source on candidates.deal = source.deal
    where candidates.happened_at between deals.window_start and least(deals.closed_at, deals.now_at)
    window same as (partition by candidates.deal)
),
united as (
    select *, has_source and (kind = 'source' or (kind = 'referral' and partner = source_partner)) as is_source,
    from eligible
),
dated as (
    select *, min(case when is_source then happened_at end) over (partition by deal) as source_at from united
),
first as (
    select deal, happened_at as first_touch_at, partner as first_partner,
        case
            when is_source and (is_registered or source_at < created_at) and source_at > sales_at then 'referral'
            when is_source then 'sourced'
            else kind
        end as first_influence_type
    from dated
    qualify row_number() over (partition by deal order by happened_at, case when is_source then 1 else rank end, id) = 1
)
select deals.deal, deals.created_at, deals.closed_at, first.* exclude (deal)
from deals left join first on deals.deal = first.deal
order by deals.deal
"""


def make(settings: SimulatorSettings, seed: int, deals: int = 2_000) -> World:
    return simulate(settings, deals, seed, SANDBOX_NOW)


def exposures(world: World) -> pd.DataFrame:
    """Rows of ``int_deal_exposure`` in the order of deal ids, those of decided deals that count in rates.

    ``deal`` is the row in ``world.deals``.
    """
    facts = _facts(world)
    first = _first_touches(world)
    kinds = np.array([kind.lower().replace(" ", "_") for kind in PARTNER_TYPES])[world.setting.partners["kind"]]
    partner = first.pop("first_partner")
    first["first_partner_type"] = pd.Series(kinds[partner.fillna(0).astype(int)]).where(partner.notna())
    first["first_channel"] = first["first_partner_type"] + ": " + first["first_influence_type"]
    rows = facts.merge(first, on="deal").sort_values("deal_id").assign(as_of=pd.Timestamp(world.setting.now, unit="s"))
    return _with_history(rows)[lambda table: table["counts_in_rates"]].reset_index(drop=True)


def _facts(world: World) -> pd.DataFrame:
    deals, now = world.deals, world.setting.now
    amount = _reporting_amount(world)
    is_open = deals["status"] == OPEN
    counts = ~is_open & ~deals["is_deleted"] & ~((deals["close"] // DAY + 1) * DAY - 1 > now) & ~(amount < 1_000.0)
    source = np.array([name.lower().replace(" ", "_") for name in LEAD_SOURCES])
    return pd.DataFrame(
        {
            "deal": np.arange(size(deals)),
            "deal_id": deal_ids(np.arange(size(deals))),
            "account_id": deals["account"].astype(str),
            "outcome": np.array(["open", "won", "lost"])[deals["status"]],
            "counts_in_rates": counts,
            "amount_cents": pd.array(np.where(np.isnan(amount), 0, np.round(amount * 100)), dtype="Int64"),
            "deal_type": np.array([kind.lower().replace(" ", "_") for kind in DEAL_TYPES])[deals["kind"]],
            "segment": np.array(SEGMENTS)[deals["segment"]],
            "region": np.array(REGIONS)[deals["region"]],
            "source": source[deals["lead_source"]],
        }
    ).assign(amount_cents=lambda rows: rows["amount_cents"].mask(np.isnan(amount)))


def _reporting_amount(world: World) -> np.ndarray:
    deals = world.deals
    rate = in_currency(np.full(size(deals), 1e6), deals["currency"], deals["close"], world.rates) / 1e6
    first = np.full(deals["currency"].max() + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, world.rates["currency"], world.rates["start"])
    has_rate = (deals["close"] // DAY >= first[deals["currency"]]) | (deals["currency"] == 0)
    return np.where(has_rate, np.round(deals["amount"] / rate, 2), np.nan)


def _first_touches(world: World) -> pd.DataFrame:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set timezone = 'UTC'")
        for name, frame in _records(world).items():
            connection.register(name, frame)
        return connection.sql(FIRST_TOUCHES).df()


def _records(world: World) -> dict[str, pd.DataFrame]:
    deals, log = world.deals, world.activities
    now = pd.Timestamp(world.setting.now, unit="s")
    deal = _frame(deals, "account", "created", "close", "first_contact", "source_partner")
    registration = _frame(world.registrations, "partner", "account", "deal", "submitted", "expires")
    status, decided = world.registrations["status"], world.registrations["decided"]
    activity = _frame(log, "number", "partner", "occurred", "logged", "deal", "account")
    kind = np.minimum(log["kind"], len(ACTIVITY_TYPES))
    return {
        "deal": deal.assign(
            deal=np.arange(size(deals)),
            is_open=deals["status"] == OPEN,
            now_at=now,
            is_referral=deals["lead_source"] == LEAD_SOURCES.index("Partner Referral"),
        ),
        "registration": registration.assign(
            number=np.arange(len(registration)),
            was_approved=(status == APPROVED) | ((status == EXPIRED) & (decided != NO_TIME)),
        ),
        "activity": activity.assign(type=np.array([*TYPES, None], dtype=object)[kind]),
        "integration": _frame(
            world.setting.integrations, "account", "partner", "enabled", "disabled", "last_used"
        ).assign(id=np.arange(size(world.setting.integrations))),
    }


def _frame(table: dict[str, np.ndarray], *names: str) -> pd.DataFrame:
    """The columns as nullable integers: a time that is not known is null."""
    return pd.DataFrame({name: pd.array(table[name], dtype="Int64") for name in names}).mask(
        lambda frame: frame == NO_TIME
    )


def _with_history(rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` with how many deals of the account had been won and lost before each began."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("deals", rows)
        query = """
            select deals.*, count(*) filter (before.outcome = 'won') as won_before,
                count(*) filter (before.outcome = 'lost') as lost_before
            from deals
            left join deals as before on deals.account_id = before.account_id
                and before.counts_in_rates and before.closed_at < deals.created_at
            group by all order by deals.deal_id
        """
        return connection.sql(query).df()
