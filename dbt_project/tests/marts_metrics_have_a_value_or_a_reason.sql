{{ config(tags=['credits']) }}
-- Every metric stands in every period with a value or the reason why there is none, inside its interval, and is judged
-- where value and target are known and nowhere else. Also fails where a metric or a period is missing.
with
metrics as (
    select * from {{ ref('mart_program_metrics') }}
),

periods as (
    select
        summary.period_grain,
        summary.period_start,
        count(metrics.metric) as metric_count
    from {{ ref('mart_executive_summary') }} as summary
    left join metrics
        on summary.period_grain = metrics.period_grain and summary.period_start = metrics.period_start
    group by summary.period_grain, summary.period_start
)

select
    period_grain,
    period_start,
    metric
from metrics
where
    (value is null) = (reason is null)
    or not coalesce(value between value_low - 1e-6 and value_high + 1e-6, true)
    or (is_met is null) <> (value is null or target_value is null)
union all
select
    period_grain,
    period_start,
    'missing' as metric
from periods
where metric_count <> {{ program_metric_units() | length }}
