with judged as (
    select * from {{ ref('int_deal_judged') }} where not is_duplicate
),

anchored as (
    select
        *,
        coalesce(closed_at, {{ as_of() }}) as anchor_at
    from judged
),

final as (
    select
        deal_id,
        deal_name,
        account_id,
        account_name,
        deal_type,
        status,
        stage,
        amount,
        currency,
        amount_original,
        list_amount,
        amount_cents,
        created_at,
        closed_at,
        close_date,
        anchor_at,
        {{ months_before('anchor_at', 'close_date', 'is_close_a_date', lookback_months()) }} as window_start,
        {{ days_before('created_at', registration_days()) }} as registration_window_start,
        {{ days_before('created_at', account_activity_days()) }} as activity_window_start,
        {{ months_before('closed_at', 'close_date', 'is_close_a_date', comparable_months()) }}
            as comparable_window_start,
        expected_close_at,
        source,
        source_partner_id,
        first_sales_contact_at,
        reported_category,
        churned_at,
        owner_id,
        segment,
        region,
        updated_at,
        flags,
        exclusion_reason,
        is_eligible,
        counts_in_rates,
        counts_as_booked,
        sales_cycle_days,
        discount_rate,
        source_record,
        record_id
    from anchored
)

select * from final
