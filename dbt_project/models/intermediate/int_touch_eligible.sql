with passed as (
    select
        candidates.touchpoint_id,
        candidates.deal_id,
        candidates.partner_id,
        coalesce(duplicates.counts_as, candidates.origin) as origin,
        candidates.activity_type,
        candidates.occurred_at,
        candidates.engagement_depth,
        coalesce(duplicates.united_sort_id, candidates.sort_id) as sort_id,
        candidates.source_table,
        candidates.source_record_id
    from {{ ref('int_candidate') }} as candidates
    left join {{ ref('int_duplicate') }} as duplicates on candidates.touchpoint_id = duplicates.touchpoint_id
    where candidates.exclusion_reason is null and not coalesce(duplicates.is_duplicate, false)
),

stages as (
    select * from {{ ref('int_stage_interval') }}
),

final as (
    select
        {{ all_but('passed', ['sort_id']) }},
        cast(row_number() over (
            partition by passed.deal_id
            order by
                passed.occurred_at,
                case passed.origin when 'deal_source' then 1 when 'activity' then 2 else 3 end,
                passed.sort_id
        ) as integer) as position,
        stages.stage as stage_at_touch,
        stages.progress as stage_progress,
        case
            when stages.is_progress_known
                then
                    coalesce(
                        stages.next_forward_at <= {{ days_before('passed.occurred_at', '-' ~ forward_days()) }}, false
                    )
        end as outcome
    from passed
    left join stages
        on
            passed.deal_id = stages.deal_id
            and passed.occurred_at >= stages.valid_from
            and passed.occurred_at < stages.valid_until
)

select * from final
