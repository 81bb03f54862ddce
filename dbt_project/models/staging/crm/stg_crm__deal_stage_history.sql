with landed as (
    select * from {{ source('landed', 'deal_stage_history') }}
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        deal_id,
        stage,
        {{ landed_time('entered_at') }} as entered_at,
        coalesce(_is_deleted, false) as is_deleted
    from landed
)

select * from final
