{{ config(tags=['credits']) }}
-- sourced + influenced + direct = total, booked - churned = total, in every period of every grain; and each grain as a
-- whole holds the revenue of all won, eligible deals. Also fails where a grain has no period.
with
summary as (
    select * from {{ ref('mart_executive_summary') }}
),

wrong_periods as (
    select
        period_grain,
        cast(period_start as varchar) as problem
    from summary
    where
        sourced_revenue + influenced_revenue + direct_revenue <> total_revenue
        or sourced_revenue + influenced_revenue <> partner_involved_revenue
        or booked_revenue - churned_revenue <> total_revenue
        or credited_amount + unallocated_amount <> partner_involved_revenue + credited_direct_amount
        or not credited_direct_amount between 0 and direct_revenue
        or unallocated_amount < 0
        or sourced_count + influenced_count + direct_count <> won_count
        or churned_revenue < 0
),

deals as (
    select
        coalesce(sum(case when is_eligible and status = 'won' then amount end), 0) as total,
        coalesce(sum(case when counts_as_booked then amount end), 0) as booked,
        count(case when is_eligible and status = 'won' then 1 end) as won_count,
        count(case when counts_in_rates then 1 end) as decided_count
    from {{ ref('dim_deal') }}
),

grains as (
    select 'month' as period_grain
    union all
    select 'quarter' as period_grain
    union all
    select 'year' as period_grain
),

wrong_grains as (
    select
        grains.period_grain,
        'does not hold every deal once' as problem
    from grains
    cross join deals
    left join summary on grains.period_grain = summary.period_grain
    group by grains.period_grain, deals.total, deals.booked, deals.won_count, deals.decided_count
    having
        coalesce(sum(summary.total_revenue), -1) <> deals.total
        or coalesce(sum(summary.booked_revenue), -1) <> deals.booked
        or coalesce(sum(summary.won_count), -1) <> deals.won_count
        or coalesce(sum(summary.decided_count), -1) <> deals.decided_count
)

select * from wrong_periods
union all
select * from wrong_grains
