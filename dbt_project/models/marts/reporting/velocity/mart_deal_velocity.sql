-- How fast, how often, how large and at what discount deals are won, by period and group of deals.
with
periods as (
    select * from {{ ref('int_period') }}
),

groups as (
    select unnest(['sourced', 'influenced', 'direct', 'partner_involved', 'all']) as deal_group
),

measured as (
    select
        period_grain,
        period_start,
        deal_group,
        count(*) as decided_count,
        sum(win_rate) as won_count,
        count(sales_cycle_days) as sales_cycle_count,
        avg(sales_cycle_days) as mean_sales_cycle_days,
        median(sales_cycle_days) as median_sales_cycle_days,
        count(deal_size) as deal_size_count,
        sum(deal_size) as deal_amount,
        median(deal_size) as median_deal_size,
        count(discount_rate) as discount_count,
        avg(discount_rate) as mean_discount_rate
    from {{ ref('decided_deal') }}
    group by period_grain, period_start, deal_group
),

counted as (
    select
        periods.*,
        groups.deal_group,
        measured.* exclude (period_grain, period_start, deal_group, decided_count, won_count),
        cast(coalesce(measured.decided_count, 0) as bigint) as decided_count,
        cast(coalesce(measured.won_count, 0) as bigint) as won_count
    from periods
    cross join groups
    left join measured
        on
            periods.period_grain = measured.period_grain
            and periods.period_start = measured.period_start
            and groups.deal_group = measured.deal_group
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        period_label,
        is_complete,
        deal_group,
        decided_count,
        won_count,
        {{ ratio('won_count', 'decided_count') }} as win_rate,
        {{ wilson('won_count', 'decided_count', '-') }} as win_rate_low,
        {{ wilson('won_count', 'decided_count', '+') }} as win_rate_high,
        {{ is_small_sample('decided_count') }} as is_small_sample,
        cast(coalesce(sales_cycle_count, 0) as bigint) as sales_cycle_count,
        cast(mean_sales_cycle_days as double) as mean_sales_cycle_days,
        cast(median_sales_cycle_days as double) as median_sales_cycle_days,
        {{ is_small_sample('coalesce(sales_cycle_count, 0)') }} as is_small_sample_cycle,
        cast(coalesce(deal_size_count, 0) as bigint) as deal_size_count,
        {{ mean_money('deal_amount', 'deal_size_count') }} as avg_deal_size,
        cast(median_deal_size as decimal(18, 2)) as median_deal_size,
        {{ is_small_sample('coalesce(deal_size_count, 0)') }} as is_small_sample_size,
        cast(coalesce(discount_count, 0) as bigint) as discount_count,
        cast(mean_discount_rate as double) as mean_discount_rate,
        {{ is_small_sample('coalesce(discount_count, 0)') }} as is_small_sample_discount
    from counted
)

select * from final
