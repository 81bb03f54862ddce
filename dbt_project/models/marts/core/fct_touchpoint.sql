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

added as (
    select
        touches.touchpoint_id,
        touches.deal_id,
        touches.partner_id,
        touches.origin,
        touches.occurred_at,
        touches.position,
        overrides.reason,
        overrides.record_id,
        overrides.source_record
    from {{ ref('int_touch_creditable') }} as touches
    inner join {{ ref('int_override') }} as overrides on touches.touchpoint_id = overrides.touchpoint_id
    where touches.origin = 'override'
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
    union all
    select
        touchpoint_id,
        deal_id,
        partner_id,
        null as account_id,
        origin,
        null as activity_type,
        null as influence_type,
        occurred_at,
        null as logged_at,
        position,
        null as weight,
        true as is_eligible,
        null as exclusion_reason,
        {{ no_names() }} as flags,
        null as duplicate_of,
        null as engagement_depth,
        null as stage_at_touch,
        null as outcome,
        reason as details,
        'attribution_overrides' as source_table,
        record_id as source_record_id,
        source_record,
        null as channel
    from added
)

select * from final
