{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- Decided deals by the periods of their close and once more by all periods together, since integrations are rare.
with
months as (
    select * from {{ ref('int_period_month') }}
    where is_reported
),

cuts as (
    select
        month_start,
        period_grain,
        period_start,
        period_end,
        period_label,
        is_complete
    from months
    union all
    select
        month_start,
        'all' as period_grain,
        min(month_start) over () as period_start,
        max(period_end) over () as period_end,
        'All periods' as period_label,
        false as is_complete
    from months
    where period_grain = 'month'
),

deals as (
    select
        *,
        {{ period_start('close_date', 'month') }} as month_start
    from {{ ref('dim_deal') }}
    where counts_in_rates
),

final as (
    select
        cuts.period_grain,
        cuts.period_start,
        cuts.period_end,
        cuts.period_label,
        cuts.is_complete,
        deals.deal_id,
        coalesce(deals.deal_type, '') as deal_type,
        coalesce(deals.segment, '') as segment,
        deals.account_id is not null and deals.created_at is not null as is_known,
        case when deals.status = 'won' then 1 else 0 end as won,
        case when deals.status = 'won' and deals.is_eligible then deals.amount else 0 end as revenue
    from deals
    inner join cuts on deals.month_start = cuts.month_start
)

select * from final
