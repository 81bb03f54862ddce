-- Open deals with the day on which they are expected to close; one whose day has passed is overdue, and expected now.
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
        deals.expected_day,
        coalesce(deals.expected_day < today.as_of_day, false) as is_overdue,
        case when deals.expected_day is not null then greatest(deals.expected_day, today.as_of_day) end as pipeline_day
    from deals
    cross join today
)

select * from final
