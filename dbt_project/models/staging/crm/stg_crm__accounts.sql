with landed as (
    select * from {{ source('landed', 'accounts') }}
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        account_id,
        account_name,
        industry,
        segment,
        region,
        {{ landed_time('churned_at') }} as churned_at,
        coalesce(_is_deleted, false) as is_deleted
    from landed
)

select * from final
