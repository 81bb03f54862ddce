with landed as (
    select * from {{ source('landed', 'partner_activities') }}
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        activity_id,
        partner_id,
        activity_type,
        {{ landed_time('occurred_at') }} as occurred_at,
        {{ landed_time('logged_at') }} as logged_at,
        deal_id,
        account_id,
        asset_name,
        engagement_depth,
        details,
        coalesce(_is_deleted, false) as is_deleted
    from landed
)

select * from final
