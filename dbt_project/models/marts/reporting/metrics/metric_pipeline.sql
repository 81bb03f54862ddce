{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- How far open deals cover the revenue target: a matter of the period under way, since what was open is not kept.
with
periods as (
    select * from {{ ref('int_period') }}
),

pipeline as (
    select * from {{ ref('mart_pipeline') }}
    where deal_category = 'all'
),

landed as (
    select is_available from {{ source('landed', 'landed_table') }}
    where table_name = 'targets'
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        'pipeline_coverage' as metric,
        {{ metric_value('case when not periods.is_complete then pipeline.coverage end') }} as figure,
        coalesce(pipeline.open_count, 0) as n,
        case
            when periods.is_complete then 'the period has ended, and what was open then is not kept'
            when not coalesce(landed.is_available, false) then 'no targets data'
            when pipeline.coverage is null then 'no revenue target for this period'
        end as reason
    from periods
    left join landed on true
    left join pipeline
        on periods.period_grain = pipeline.period_grain and periods.period_start = pipeline.period_start
)

select * from final
