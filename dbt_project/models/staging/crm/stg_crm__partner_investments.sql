with landed as (
    select * from {{ source('landed', 'partner_investments') }}
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        period_month,
        category,
        amount,
        upper(currency) as currency,
        partner_id,
        coalesce(_is_deleted, false) as is_deleted
    from landed
)

select * from final
