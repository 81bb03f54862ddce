with landed as (
    select * from {{ source('landed', 'targets') }}
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        metric,
        period_start,
        period_end,
        value,
        coalesce(_is_deleted, false) as is_deleted
    from landed
)

select * from final
