with landed as (
    select * from {{ source('landed', 'attribution_overrides') }}
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        override_id,
        deal_id,
        partner_id,
        share,
        reason,
        requested_by,
        {{ landed_time('requested_at') }} as requested_at,
        approved_by,
        {{ landed_time('approved_at') }} as approved_at,
        status,
        coalesce(_is_deleted, false) as is_deleted
    from landed
)

select * from final
