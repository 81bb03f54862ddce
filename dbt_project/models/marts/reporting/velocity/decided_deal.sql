{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- Decided deals with the periods of their close, once in each group that they belong to, and what is measured of them.
with
deals as (
    select
        *,
        {{ period_start('close_date', 'month') }} as month_start
    from {{ ref('dim_deal') }}
    where counts_in_rates
),

period_months as (
    select * from {{ ref('int_period_month') }}
    where is_reported
),

categories as (
    select unnest(['sourced', 'influenced', 'direct']) as deal_category
),

groups as (
    select
        deal_category,
        unnest([deal_category, 'all', case when deal_category <> 'direct' then 'partner_involved' end]) as deal_group
    from categories
),

final as (
    select
        cut.period_grain,
        cut.period_start,
        groups.deal_group,
        deals.deal_id,
        coalesce(deals.deal_type, '') as deal_type,
        coalesce(deals.segment, '') as segment,
        case when deals.status = 'won' then 1 else 0 end as win_rate,
        case when deals.status = 'won' then deals.sales_cycle_days end as sales_cycle_days,
        case when deals.status = 'won' and deals.is_eligible then deals.amount end as deal_size,
        case when deals.status = 'won' then deals.discount_rate end as discount_rate
    from deals
    inner join period_months as cut on deals.month_start = cut.month_start
    inner join groups on deals.deal_category = groups.deal_category
    where groups.deal_group is not null
)

select * from final
