with overrides as (
    select *
    from {{ ref('int_override_judged') }}
    where not ({{ list_has('reasons', "'deleted'") }} or {{ list_has('reasons', "'duplicate'") }})
),

standing as (
    select
        record_id,
        is_creditable
    from {{ ref('int_override') }}
),

deals as (
    select
        deal_id,
        status,
        exclusion_reason
    from {{ ref('int_deal') }}
),

effects as (
    select
        override_id,
        amount_before,
        amount_after
    from {{ ref('audit_override_effect') }}
    where model = '{{ primary_model() }}'
),

final as (
    select
        overrides.override_id,
        overrides.deal_id,
        overrides.partner_id,
        overrides.share,
        overrides.status,
        overrides.exclusion_reason is null as is_accepted,
        overrides.exclusion_reason as refusal_reason,
        overrides.reasons as all_refusal_reasons,
        case
            when overrides.exclusion_reason is not null
                then 'No effect: ' || replace(overrides.exclusion_reason, '_', ' ')
            when standing.is_creditable
                then 'Sets the partner''s share to ' || format('{:.2f}', overrides.share * 100) || ' % of the deal'
            when deals.exclusion_reason is not null
                then 'No credit to set: the deal is excluded, ' || replace(deals.exclusion_reason, '_', ' ')
            else 'No credit to set: the deal is ' || deals.status
        end as effect,
        effects.amount_before,
        effects.amount_after,
        overrides.reason,
        overrides.requested_by,
        overrides.requested_at,
        overrides.approved_by,
        overrides.approved_at,
        overrides.source_record
    from overrides
    left join standing on overrides.record_id = standing.record_id
    left join deals on overrides.deal_id = deals.deal_id
    left join effects on overrides.override_id = effects.override_id and overrides.exclusion_reason is null
)

select * from final
