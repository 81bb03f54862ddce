with landed as (
    select * from {{ source('landed', 'partners') }}
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        partner_id,
        partner_name,
        partner_type,
        tier,
        status,
        {{ landed_time('joined_at') }} as joined_at,
        parent_partner_id,
        region,
        {{ landed_time('agreement_signed_at') }} as agreement_signed_at,
        {{ landed_time('certified_at') }} as certified_at,
        coalesce(_is_deleted, false) as is_deleted
    from landed
)

select * from final
