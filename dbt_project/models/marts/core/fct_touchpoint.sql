with candidates as (
    select * from {{ ref('int_candidate') }}
),

excluded as (
    select
        touchpoint_id,
        reason,
        all_reasons,
        duplicate_of
    from {{ ref('int_candidate_excluded') }}
),

touches as (
    select * from {{ ref('int_touch') }}
),

source_flags as (
    select
        source_touchpoint_id,
        flags
    from {{ ref('int_deal_category') }}
    where source_touchpoint_id is not null
),

final as (
    select
        candidates.touchpoint_id,
        candidates.deal_id,
        candidates.partner_id,
        candidates.account_id,
        coalesce(touches.origin, candidates.origin) as origin,
        candidates.activity_type,
        touches.influence_type,
        candidates.occurred_at,
        candidates.logged_at,
        touches.position,
        touches.weight,
        touches.touchpoint_id is not null as is_eligible,
        excluded.reason as exclusion_reason,
        {{ list_join(
            list_join('coalesce(excluded.all_reasons, ' ~ no_names() ~ ')', 'candidates.notes'),
            'coalesce(source_flags.flags, ' ~ no_names() ~ ')'
        ) }} as flags,
        excluded.duplicate_of,
        candidates.engagement_depth,
        touches.stage_at_touch,
        touches.outcome,
        candidates.details,
        candidates.source_table,
        candidates.source_record_id,
        candidates.source_record,
        touches.channel
    from candidates
    left join touches on candidates.touchpoint_id = touches.touchpoint_id
    left join excluded on candidates.touchpoint_id = excluded.touchpoint_id
    left join source_flags on touches.touchpoint_id = source_flags.source_touchpoint_id
)

select * from final
