-- Every period that is reported, once.
with
months as (
    select * from {{ ref('int_period_month') }}
    where is_reported
),

final as (
    select distinct
        period_grain,
        period_start,
        period_end,
        period_label,
        is_complete
    from months
)

select * from final
