with overrides as (
    select *
    from {{ ref('int_override_judged') }}
    where not ({{ list_has('reasons', "'deleted'") }} or {{ list_has('reasons', "'duplicate'") }})
),

final as (
    select
        override_id,
        deal_id,
        partner_id,
        share,
        status,
        exclusion_reason is null as is_accepted,
        exclusion_reason as refusal_reason,
        reasons as all_refusal_reasons,
        case
            when exclusion_reason is null
                then 'Sets the partner''s share to ' || format('{:.2f}', share * 100) || ' % when credits are allocated'
            else 'No effect: ' || replace(exclusion_reason, '_', ' ')
        end as effect,
        cast(null as decimal(18, 2)) as amount_before,
        cast(null as decimal(18, 2)) as amount_after,
        reason,
        requested_by,
        requested_at,
        approved_by,
        approved_at,
        source_record
    from overrides
)

select * from final
