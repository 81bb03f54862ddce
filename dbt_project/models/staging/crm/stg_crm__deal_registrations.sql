with landed as (
    select * from {{ source('landed', 'deal_registrations') }}
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        registration_id,
        partner_id,
        account_id,
        deal_id,
        {{ landed_time('submitted_at') }} as submitted_at,
        status,
        {{ landed_time('decided_at') }} as decided_at,
        {{ landed_time('expires_at') }} as expires_at,
        coalesce(_is_deleted, false) as is_deleted
    from landed
)

select * from final
