{{ config(tags=['credits']) }}
-- The groups of mart_deal_velocity are the deals of the executive summary: none is missing and none counts twice. Also
-- fails where a period has no row.
with
summary as (
    select * from {{ ref('mart_executive_summary') }}
),

velocity as (
    select
        period_grain,
        period_start,
        sum(decided_count) filter (where deal_group in ('sourced', 'influenced', 'direct')) as decided_count,
        sum(decided_count) filter (where deal_group = 'all') as all_count,
        sum(deal_size_count) filter (where deal_group = 'all') as won_count,
        max(avg_deal_size) filter (where deal_group = 'all') as avg_deal_size
    from {{ ref('mart_deal_velocity') }}
    group by period_grain, period_start
)

select
    summary.period_grain,
    summary.period_start,
    velocity.decided_count
from summary
left join velocity on summary.period_grain = velocity.period_grain and summary.period_start = velocity.period_start
where
    velocity.decided_count is distinct from summary.decided_count
    or velocity.all_count is distinct from summary.decided_count
    or velocity.won_count is distinct from summary.won_count
    or velocity.avg_deal_size is distinct from summary.avg_deal_size
