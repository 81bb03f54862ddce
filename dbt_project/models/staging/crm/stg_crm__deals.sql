with landed as (
    select * from {{ source('landed', 'deals') }}
),

dated as (
    select
        *,
        {{ list_has('_date_only', "'closed_at'") }} as is_close_a_date,
        case
            when {{ list_has('_date_only', "'closed_at'") }} then cast(closed_at as date)
            else {{ local_date('closed_at') }}
        end as closing_day
    from landed
),

final as (
    select
        _record_id as record_id,
        _source as source_record,
        deal_id,
        deal_name,
        account_id,
        deal_type,
        coalesce(status, 'open') as status,
        stage,
        amount,
        upper(currency) as currency,
        list_amount,
        arr,
        term_months,
        {{ landed_time('created_at') }} as created_at,
        case
            when is_close_a_date and closing_day = {{ local_date(as_of()) }} then {{ as_of() }}
            when is_close_a_date then {{ day_end('closing_day') }}
            else closed_at
        end as closed_at,
        closing_day as close_date,
        is_close_a_date,
        {{ landed_time('expected_close_at') }} as expected_close_at,
        source,
        source_partner_id,
        {{ landed_time('first_sales_contact_at') }} as first_sales_contact_at,
        reported_category,
        {{ landed_time('churned_at') }} as churned_at,
        owner_id,
        segment,
        region,
        {{ landed_time('updated_at') }} as updated_at,
        coalesce(_is_deleted, false) or coalesce(is_deleted, false) as is_deleted
    from dated
)

select * from final
