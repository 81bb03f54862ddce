"""A small warehouse in which every check passes: what landed, the credits, the marts and what would be sent."""

from pathlib import Path

import duckdb
import pyarrow as pa

from attribution_models.policy import Policy, load_policy
from attribution_models.registry import enabled_models
from attribution_models.run import model_runs, run

_SHIPPED = load_policy(Path(__file__).parents[2] / "config" / "policy.yaml")
POLICY = Policy.model_validate(
    {
        **_SHIPPED.model_dump(mode="json"),
        "models": {
            **_SHIPPED.models.model_dump(mode="json"),
            "enabled": ["position_based", "linear", "influence_weighted"],
        },
    }
)

LANDED = """
    create schema landed;
    create table landed.deals as select * from (values
        ('D1', 'A1', 'P1', 'r1', false), ('D2', 'A1', null, 'r2', false), ('D3', 'A2', null, 'r3', false),
        ('D4', 'A2', null, 'r4', false), ('D5', 'A2', null, 'r5', false)
    ) as t(deal_id, account_id, source_partner_id, _record_id, _is_deleted);
    create table landed.deal_stage_history as select 'D1' as deal_id, 'r1' as _record_id, false as _is_deleted;
    create table landed.accounts as
        select unnest(['A1', 'A2']) as account_id, unnest(['r1', 'r2']) as _record_id, false as _is_deleted;
    create table landed.account_integrations as
        select 'A1' as account_id, 'Sync' as integration_name, 'P1' as partner_id, timestamp '2026-01-01' as enabled_at,
            'r1' as _record_id, false as _is_deleted;
    create table landed.partners as
        select unnest(['P1', 'P2']) as partner_id, unnest(['r1', 'r2']) as _record_id, false as _is_deleted;
    create table landed.partner_activities as select * from (values
        ('X1', 'P1', 'D1', 'r1', false), ('X2', 'P2', 'D1', 'r2', false), ('X3', 'P2', 'D2', 'r3', false)
    ) as t(activity_id, partner_id, deal_id, _record_id, _is_deleted);
    create table landed.deal_registrations as
        select 'R1' as registration_id, 'P1' as partner_id, 'r1' as _record_id, false as _is_deleted;
    create table landed.partner_investments as select 'r1' as _record_id, false as _is_deleted;
    create table landed.attribution_overrides as
        select 'O1' as override_id, 'D1' as deal_id, 'r1' as _record_id, false as _is_deleted;
    create table landed.exchange_rates as
        select 'EUR' as currency, date '2026-01-01' as valid_from, 'r1' as _record_id, false as _is_deleted;
    create table landed.targets as
        select 'share' as metric, date '2026-01-01' as period_start, 'r1' as _record_id, false as _is_deleted;
    create table landed.landed_table as
        select table_name, true as is_available, row_count, 0 as bad_row_count, '2026-03-30T06:00:00' as watermark,
            timestamp '2026-03-30 06:00:00' as newest_updated_at
        from (values ('deals', 5), ('deal_stage_history', 1), ('accounts', 2), ('account_integrations', 1),
            ('partners', 2), ('partner_activities', 3), ('deal_registrations', 1), ('partner_investments', 1),
            ('attribution_overrides', 1), ('exchange_rates', 1), ('targets', 1)) as t(table_name, row_count);
    create schema runs;
    create table runs.run as select 'run1' as run_id, timestamp '2026-03-31 06:00:00' as as_of,
        timestamp '2026-03-31 06:00:01' as started_at;
"""
INTERMEDIATE = """
    create schema intermediate;
    create table intermediate.int_deal as
    select *, cast(amount * 100 as bigint) as amount_cents from (values
        ('D1', 'won', 1000.01::decimal(18, 2), true, null, 'sourced', date '2026-01-15'),
        ('D2', 'won', 2000.00, true, null, 'influenced', date '2026-02-15'),
        ('D3', 'won', 3000.00, true, null, 'direct', date '2026-03-15'),
        ('D4', 'won', 500.00, false, 'below_floor', 'direct', date '2026-03-15'),
        ('D5', 'won', 4000.00, false, 'churned', 'direct', date '2026-03-20')
    ) as t(deal_id, status, amount, is_eligible, exclusion_reason, deal_category, close_date);
    create table intermediate.int_touch as
    select deal_id, deal_id || ':' || position as touchpoint_id, partner_id, position, weight, amount_cents,
        timestamp '2026-01-01' + to_days(position) as occurred_at, is_eligible as is_creditable,
        timestamp '2026-01-02' as created_at, close_date::timestamp as closed_at,
        null::timestamp as last_stage_change_at
    from (values ('D1', 'P1', 1, 1.0), ('D1', 'P2', 2, 0.5), ('D2', 'P2', 1, 0.25), ('D5', 'P2', 1, 0.25))
        as t(deal_id, partner_id, position, weight)
    inner join intermediate.int_deal using (deal_id)
    order by deal_id, position;
    create table intermediate.int_override as
    select * from (values
        ('D1', 'P2', 0.25::decimal(38, 20), true, false), ('D3', 'P1', 0.4, true, true)
    ) as t(deal_id, partner_id, exact_share, is_creditable, leaves_unallocated);
    create view intermediate.int_touch_creditable as
    select touch.*, 'activity' as origin, exact_share::double as override_share
    from intermediate.int_touch as touch
    left join intermediate.int_override using (deal_id, partner_id)
    where touch.is_creditable
    union all by name
    select deal_id, 'override:O2' as touchpoint_id, partner_id, 1 as position, amount_cents, 'override' as origin,
        timestamp '2026-03-16' as occurred_at, true as is_creditable, exact_share::double as override_share,
        timestamp '2026-01-02' as created_at, close_date::timestamp as closed_at
    from intermediate.int_override inner join intermediate.int_deal using (deal_id)
    where deal_id = 'D3';
    create table intermediate.int_source_reconciliation as
        select 'deals' as table_name, 5 as rows_in, 3 as rows_used, 2 as rows_excluded;
"""
MARTS = """
    create schema marts.marts;
    create table marts.marts.dim_deal as select deal_id, status, amount, is_eligible, exclusion_reason, deal_category
        from intermediate.int_deal;
    create table marts.marts.dim_partner as select partner_id from landed.partners;
    create table marts.marts.fct_touchpoint_credit as
        select deal_id, touchpoint_id, partner_id, model, share,
            cast(credit_cents / 100 as decimal(18, 2)) as credit_amount, '{hash}' as policy_hash, 'run1' as run_id
        from engine.touchpoint_credit;
    create table marts.marts.fct_partner_credit as
        select deal_id, partner_id, model, sum(credit_amount)::decimal(18, 2) as credit_amount, sum(share) as share
        from marts.marts.fct_touchpoint_credit group by all;
    create table marts.marts.mart_partner_influence as
        select period_grain, model, partner_id, credit_amount, 0.5::double as win_rate
        from marts.marts.fct_partner_credit cross join (select unnest(['month', 'quarter', 'year']) as period_grain);
    create table marts.marts.mart_executive_summary as
        select *, total_revenue / booked_revenue as total_share, churned_revenue / booked_revenue as churned_share,
            sourced_revenue / total_revenue as sourced_share, influenced_revenue / total_revenue as influenced_share,
            direct_revenue / total_revenue as direct_share,
            partner_involved_revenue / total_revenue as partner_involved_share
        from (
            select period_grain, date_trunc(period_grain, close_date)::date as period_start,
                (date_trunc(period_grain, close_date) + case period_grain when 'month' then interval 1 month
                    when 'quarter' then interval 3 month else interval 1 year end - interval 1 day)::date as period_end,
                sum(amount) filter (where is_eligible)::decimal(18, 2) as total_revenue,
                sum(amount)::decimal(18, 2) as booked_revenue,
                coalesce(sum(amount) filter (where not is_eligible), 0)::decimal(18, 2) as churned_revenue,
                coalesce(sum(amount) filter (where is_eligible and deal_category = 'sourced'), 0)::decimal(18, 2)
                    as sourced_revenue,
                coalesce(sum(amount) filter (where is_eligible and deal_category = 'influenced'), 0)::decimal(18, 2)
                    as influenced_revenue,
                coalesce(sum(amount) filter (where is_eligible and deal_category = 'direct'), 0)::decimal(18, 2)
                    as direct_revenue,
                sourced_revenue + influenced_revenue as partner_involved_revenue
            from intermediate.int_deal cross join (select unnest(['month', 'quarter', 'year']) as period_grain)
            where status = 'won' and coalesce(exclusion_reason, 'churned') = 'churned'
            group by all
        );
    create table marts.marts.mart_trend as
        select period_grain, period_start, sourced_share, influenced_share, partner_involved_share
        from marts.marts.mart_executive_summary;
    create table marts.marts.mart_report_context as
        select 'run1' as run_id, '{hash}' as policy_hash, '{model}' as primary_model;
"""
SYNC = """
    create table marts.marts.sync_deal as
        select deal_id, deal_category <> 'direct' as "Partner_Influenced__c", coalesce(credit, 0)::decimal(18, 2)
                as "Partner_Attributed_Amount__c",
            names as "Influencing_Partners__c", case when credit > 0 then 'co_sell' end as "Primary_Influence_Type__c",
            case when credit > 0 then '{model}' end as "Attribution_Model__c", deal_category as "Deal_Category__c",
            first as "Primary_Partner__c", case when credit > 0 then 'Joint call.' end as "Partner_Contribution__c"
        from marts.marts.dim_deal
        left join (
            select deal_id, sum(credit_amount) as credit, string_agg(partner_id, '; ') as names,
                min(partner_id) as first
            from marts.marts.fct_partner_credit where model = '{model}' group by deal_id
        ) using (deal_id)
        where is_eligible;
    create table marts.marts.sync_partner_influence as
        select 'quarter|' || partner_id as "External_Key__c", 'quarter' as "Period_Grain__c",
            date '2026-01-01' as "Period_Start__c", '2026-Q1' as "Period_Label__c", '{model}' as "Model__c",
            1.00::decimal(18, 2) as "Credit_Amount__c", 50.0::double as "Win_Rate__c", 2.0::double as "Roi__c"
        from marts.marts.dim_partner;
    create table marts.marts.sync_tier_influence as
        select 'quarter|gold' as "External_Key__c", 'quarter' as "Period_Grain__c",
            date '2026-01-01' as "Period_Start__c",
            '2026-Q1' as "Period_Label__c", '{model}' as "Model__c",
            'gold' as "Tier__c",
            1.00::decimal(18, 2) as "Credit_Amount__c", 50.0::double as "Pct_Of_Influenced__c";
    create table marts.marts.sync_influence_type as
        select 'quarter|co_sell' as "External_Key__c", 'quarter' as "Period_Grain__c",
            date '2026-01-01' as "Period_Start__c", '2026-Q1' as "Period_Label__c", '{model}' as "Model__c",
            'co_sell' as "Influence_Type__c", 1.00::decimal(18, 2) as "Credit_Amount__c",
            50.0::double as "Pct_Of_Influenced__c";
"""


def build(folder: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse as files in ``folder``, marts attached; credits are those of the real models."""
    con = duckdb.connect(str(folder / "warehouse.duckdb"))
    con.execute(f"set timezone = 'UTC'; attach '{folder / 'marts.duckdb'}' as marts")
    con.execute(LANDED + INTERMEDIATE)
    touches = con.sql("from intermediate.int_touch_creditable order by deal_id, position").to_arrow_table()
    credit = pa.concat_tables(
        table.append_column("model", pa.array([name] * table.num_rows))
        for name, table in run([touches], POLICY, enabled_models(POLICY))
    )
    models = pa.Table.from_pylist([model.as_row() for model in model_runs(enabled_models(POLICY), POLICY)])
    con.register("credit", credit)
    con.register("models", models)
    con.execute("create schema engine; create table engine.touchpoint_credit as from credit")
    con.execute("create table engine.model_run as from models")
    con.execute((MARTS + SYNC).format(hash=POLICY.hash, model=POLICY.primary_model))
    return con
