{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- Open deals with the month in which they are expected to close; one whose day has passed is overdue, and expected now.
with
today as (
    select {{ local_date(as_of()) }} as as_of_day
),

deals as (
    select
        deal_id,
        deal_category,
        amount,
        {{ local_date('expected_close_at') }} as expected_day
    from {{ ref('dim_deal') }}
    where status = 'open' and is_eligible
),

final as (
    select
        deals.deal_id,
        deals.deal_category,
        deals.amount,
        today.as_of_day,
        deals.expected_day,
        coalesce(deals.expected_day < today.as_of_day, false) as is_overdue,
        {{ period_start('greatest(deals.expected_day, today.as_of_day)', 'month') }} as month_start
    from deals
    cross join today
)

select * from final
