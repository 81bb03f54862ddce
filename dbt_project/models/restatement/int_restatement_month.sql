-- The closed periods of the last publication, each with its months.
with
periods as (
    select
        period_grain,
        period_start,
        period_end,
        period_label
    from {{ source('previous', 'mart_executive_summary') }}
    where is_complete
),

previous as (
    select fiscal_year_start_month from {{ source('previous', 'mart_report_context') }}
),

reported as (
    select
        period_grain,
        period_start
    from {{ ref('mart_executive_summary') }}
),

quarters as (
    select
        period_start,
        period_end
    from periods
    where period_grain = 'quarter'
),

told as (
    select
        periods.*,
        periods.period_grain = 'quarter'
        or (periods.period_grain = 'month' and quarters.period_start is null) as is_headline,
        periods.period_grain = 'month'
        or coalesce(previous.fiscal_year_start_month = {{ fiscal_year_start_month() }}, false)
        or reported.period_start is not null as is_cut_alike
    from periods
    cross join previous
    left join quarters on periods.period_start between quarters.period_start and quarters.period_end
    left join reported
        on periods.period_grain = reported.period_grain and periods.period_start = reported.period_start
),

final as (
    select
        *,
        cast(unnest(generate_series(period_start, period_end, interval 1 month)) as date) as month_start
    from told
)

select * from final
