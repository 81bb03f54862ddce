-- Open deals by the period in which they are expected to close, and how far they cover the revenue target.
with
deals as (
    select
        *,
        {{ period_start('pipeline_day', 'month') }} as month_start
    from {{ ref('fct_pipeline_deal') }}
),

period_months as (
    select * from {{ ref('pipeline_period') }}
),

periods as (
    select distinct
        period_grain,
        period_start,
        period_end,
        period_label,
        is_current
    from period_months
),

categories as (
    select unnest(['sourced', 'influenced', 'direct', 'all']) as deal_category
),

targets as (
    select * from {{ ref('int_target_judged') }}
    where exclusion_reason is null and metric = 'revenue'
),

target as (
    {{ delivered_targets('periods', 'targets') }}
),

open_deals as (
    select
        cut.period_grain,
        cut.period_start,
        categories.deal_category,
        count(*) as open_count,
        sum(deals.amount) as open_amount,
        count(*) filter (where deals.is_overdue) as overdue_count,
        sum(deals.amount) filter (where deals.is_overdue) as overdue_amount
    from deals
    inner join period_months as cut on deals.month_start = cut.month_start
    inner join categories on categories.deal_category in (deals.deal_category, 'all')
    where deals.expected_day is not null
    group by cut.period_grain, cut.period_start, categories.deal_category
),

undated as (
    select
        categories.deal_category,
        count(*) as undated_count,
        sum(deals.amount) as undated_amount
    from deals
    inner join categories on categories.deal_category in (deals.deal_category, 'all')
    where deals.expected_day is null
    group by categories.deal_category
),

won as (
    select
        period_grain,
        period_start,
        total_revenue
    from {{ ref('mart_executive_summary') }}
),

counted as (
    select
        periods.*,
        categories.deal_category,
        cast(coalesce(open_deals.open_count, 0) as bigint) as open_count,
        cast(coalesce(open_deals.open_amount, 0) as decimal(18, 2)) as open_amount,
        cast(coalesce(open_deals.overdue_count, 0) as bigint) as overdue_count,
        cast(coalesce(open_deals.overdue_amount, 0) as decimal(18, 2)) as overdue_amount,
        cast(coalesce(undated.undated_count, 0) as bigint) as undated_count,
        cast(coalesce(undated.undated_amount, 0) as decimal(18, 2)) as undated_amount,
        cast(target.target_value as decimal(18, 2)) as target_amount,
        cast(coalesce(won.total_revenue, 0) as decimal(18, 2)) as won_amount
    from periods
    cross join categories
    left join open_deals
        on
            periods.period_grain = open_deals.period_grain
            and periods.period_start = open_deals.period_start
            and categories.deal_category = open_deals.deal_category
    left join undated on categories.deal_category = undated.deal_category
    left join target on periods.period_grain = target.period_grain and periods.period_start = target.period_start
    left join won on periods.period_grain = won.period_grain and periods.period_start = won.period_start
),

final as (
    select
        *,
        {{ ratio('open_amount', 'target_amount') }} as coverage,
        {{ ratio('open_amount', 'greatest(target_amount - won_amount, 0)') }} as remaining_coverage
    from counted
)

select * from final
