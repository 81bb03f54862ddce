with landed as (
    select * from {{ source('landed', 'exchange_rates') }}
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        upper(currency) as currency,
        valid_from,
        rate,
        coalesce(_is_deleted, false) as is_deleted
    from landed
)

select * from final
