{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- The periods that open deals are expected to close in: from that of the as-of day to the last expected close.
with
bounds as (
    select
        {{ local_date(as_of()) }} as as_of_day,
        coalesce(max(expected_day) filter (where not is_overdue), {{ local_date(as_of()) }}) as last_day
    from {{ ref('fct_pipeline_deal') }}
),

months as (
    select
        cast(series.month_start as date) as month_start,
        bounds.as_of_day
    from bounds
    cross join {{ month_series('bounds.as_of_day', 'bounds.last_day') }} as series (month_start)
),

{% for grain in ['month', 'quarter', 'year'] %}
    {{ grain }}_starts as (
        select
            month_start,
            as_of_day,
            {{ period_start('month_start', grain) }} as period_start
        from months
    ),

    {{ grain }}s_cut as (
        select
            month_start,
            as_of_day,
            '{{ grain }}' as period_grain,
            period_start,
            {{ period_end('period_start', grain) }} as period_end,
            {{ period_label('period_start', grain) }} as period_label
        from {{ grain }}_starts
    ),
{% endfor %}

final as (
    select * from months_cut
    union all
    select * from quarters_cut
    union all
    select * from years_cut
)

select
    *,
    as_of_day between period_start and period_end as is_current
from final
