-- What the programme is measured by, against its targets, by period.
{%- set definitions = program_metric_definitions() %}
with
periods as (
    select * from {{ ref('int_period') }}
),

metrics as (
    {% for metric, unit in program_metric_units().items() %}
        select
            {{ loop.index }} as sort_order,
            '{{ metric }}' as metric,
            '{{ unit }}' as unit,
            '{{ target_rule(metric) }}' as target_rule,
            {{ metric_value(target_value(metric)) }} as policy_target,
            {{ sql_text(definitions[metric]) }} as definition
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

targets as (
    select * from {{ ref('int_target_judged') }}
    where exclusion_reason is null
),

delivered as (
    {{ delivered_targets('periods', 'targets') }}
),

found as (
    {% for family in ['metric_revenue', 'metric_deals', 'metric_partners', 'metric_hours', 'metric_pipeline'] %}
        select * from {{ ref(family) }}
        {{ 'union all by name' if not loop.last }}
    {% endfor %}
),

valued as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.period_label,
        periods.is_complete,
        metrics.metric,
        metrics.sort_order,
        metrics.unit,
        found.figure as value,
        cast(found.n as bigint) as n,
        found.figure_low as value_low,
        found.figure_high as value_high,
        case
            when metrics.metric = 'partner_activation_share' then found.n < {{ few_partners() }}
            else
                metrics.metric not in ('revenue', 'active_partners', 'influence_per_partner', 'pipeline_coverage')
                and {{ is_small_sample('found.n') }}
        end as is_small_sample,
        metrics.target_rule,
        coalesce({{ metric_value('delivered.target_value') }}, metrics.policy_target) as target_value,
        case
            when delivered.target_value is not null then 'targets'
            when metrics.policy_target is not null then 'policy'
        end as target_source,
        found.reason,
        found.note,
        metrics.definition
    from periods
    cross join metrics
    left join found
        on
            periods.period_grain = found.period_grain
            and periods.period_start = found.period_start
            and metrics.metric = found.metric
    left join delivered
        on
            periods.period_grain = delivered.period_grain
            and periods.period_start = delivered.period_start
            and metrics.metric = delivered.metric
),

final as (
    select
        this.*,
        case this.target_rule
            when 'above' then this.value > this.target_value
            when 'at_least' then this.value >= this.target_value
            else this.value <= this.target_value
        end as is_met,
        earlier.value as value_prior,
        year_before.value as value_year_before,
        {{ metric_value('this.value - earlier.value') }} as change_prior,
        {{ metric_value('this.value - year_before.value') }} as change_year
    from valued as this
    left join valued as earlier
        on
            this.metric = earlier.metric
            and this.period_grain = earlier.period_grain
            and this.period_start = cast(earlier.period_end + interval 1 day as date)
    left join valued as year_before
        on
            this.metric = year_before.metric
            and this.period_grain = year_before.period_grain
            and this.period_start = cast(year_before.period_start + interval 1 year as date)
)

select * from final
