with entries as (
    select
        deal_id,
        stage,
        entered_at,
        {{ stage_progress('stage') }} as progress
    from {{ ref('int_stage_judged') }}
    where exclusion_reason is null
),

ordered as (
    select
        *,
        row_number() over (partition by deal_id order by entered_at, progress nulls first, stage) as entry_number
    from entries
),

compared as (
    select
        *,
        lag(stage) over (partition by deal_id order by entry_number) as stage_before,
        {{ last_known('progress') }} over (
            partition by deal_id
            order by entry_number
            rows between unbounded preceding and 1 preceding
        ) as progress_before,
        lead(entered_at) over (partition by deal_id order by entry_number) as left_at,
        max(progress) over (partition by deal_id) is not null as is_progress_known
    from ordered
),

followed as (
    select
        *,
        min(case when progress > progress_before then entered_at end) over (
            partition by deal_id
            order by entry_number
            rows between 1 following and unbounded following
        ) as next_forward_at
    from compared
),

before_first as (
    select
        deal_id,
        cast(null as {{ dbt.type_string() }}) as stage,
        cast(null as double) as progress,
        false as is_change,
        cast('0001-01-01' as timestamp) as valid_from,
        entered_at as valid_until,
        next_forward_at,
        is_progress_known
    from followed
    where entry_number = 1
),

final as (
    select
        deal_id,
        stage,
        progress,
        coalesce(stage <> stage_before, false) as is_change,
        entered_at as valid_from,
        coalesce(left_at, cast('9999-12-31' as timestamp)) as valid_until,
        next_forward_at,
        is_progress_known
    from followed
    union all
    select * from before_first
)

select * from final
