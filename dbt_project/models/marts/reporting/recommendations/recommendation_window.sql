-- The whole months that advice rests on, and as many before them. One row.
with
records as (
    select min(close_date) as first_close
    from {{ ref('dim_deal') }}
    where counts_in_rates or counts_as_booked
),

months as (
    select
        {{ period_start(local_date(as_of()), 'month') }} as as_of_month,
        first_close
    from records
),

final as (
    select
        cast(as_of_month - interval {{ evidence_months() }} month as date) as window_start,
        cast(as_of_month - interval 1 day as date) as window_end,
        cast(as_of_month - interval {{ 2 * evidence_months() | int }} month as date) as before_start,
        -- Growth from months that were not recorded would be no growth.
        coalesce(
            first_close < as_of_month - interval {{ 2 * evidence_months() | int }} month + interval 1 month, false
        ) as has_before
    from months
)

select * from final
