-- Which month lies in which period. Figures are summed by month once and then rolled up through this table, so that
-- months add up to quarters and years by construction.
with
closes as (
    select min(close_date) as first_close
    from {{ ref('int_deal') }}
    where close_date is not null and (counts_in_rates or counts_as_booked or is_eligible)
),

activities as (
    select {{ local_date('min(occurred_at)') }} as first_activity from {{ ref('int_candidate') }}
),

costs as (
    select min(period_month) as first_cost from {{ ref('int_partner_cost') }}
),

bounds as (
    select
        {{ local_date(as_of()) }} as as_of_day,
        least({{ local_date(as_of()) }}, closes.first_close) as first_reported,
        least({{ local_date(as_of()) }}, closes.first_close, activities.first_activity, costs.first_cost)
            as first_known
    from closes
    cross join activities
    cross join costs
),

months as (
    select
        cast(series.month_start as date) as month_start,
        bounds.as_of_day,
        bounds.first_reported
    from bounds
    cross join
        {{ month_series('bounds.first_known', 'bounds.as_of_day') }} as series (month_start)
),

{% for grain in ['month', 'quarter', 'year'] %}
    {{ grain }}_starts as (
        select
            *,
            {{ period_start('month_start', grain) }} as period_start
        from months
    ),

    {{ grain }}s_cut as (
        select
            month_start,
            '{{ grain }}' as period_grain,
            period_start,
            {{ period_end('period_start', grain) }} as period_end,
            {{ period_label('period_start', grain) }} as period_label,
            as_of_day,
            first_reported
        from {{ grain }}_starts
    ),
{% endfor %}

cut as (
    select * from months_cut
    union all
    select * from quarters_cut
    union all
    select * from years_cut
),

final as (
    select
        month_start,
        period_grain,
        period_start,
        period_end,
        period_label,
        period_end < as_of_day as is_complete,
        period_end >= first_reported as is_reported
    from cut
)

select * from final
