with landed as (
    select * from {{ source('landed', 'account_integrations') }}
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        account_id,
        integration_name,
        partner_id,
        {{ landed_time('enabled_at') }} as enabled_at,
        {{ landed_time('disabled_at') }} as disabled_at,
        {{ landed_time('last_used_at') }} as last_used_at,
        usage_level,
        coalesce(_is_deleted, false) as is_deleted
    from landed
)

select * from final
