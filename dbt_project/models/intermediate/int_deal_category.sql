with deals as (
    select * from {{ ref('int_deal') }}
),

chosen as (
    select
        deal_id,
        partner_id,
        occurred_at,
        registration_id,
        exclusion_reason
    from {{ ref('int_candidate') }}
    where is_source
),

touches as (
    select
        deal_id,
        count(*) as touchpoint_count,
        max(case when origin = 'deal_source' then touchpoint_id end) as source_touchpoint_id,
        max(case when origin = 'deal_source' then occurred_at end) as source_at
    from {{ ref('int_touch_eligible') }}
    group by deal_id
),

known as (
    select
        deals.deal_id,
        deals.created_at,
        coalesce(deals.first_sales_contact_at, deals.created_at) as sales_at,
        case
            when deals.first_sales_contact_at is null then 'the deal''s creation' else 'the first sales contact'
        end as sales_name,
        chosen.partner_id as source_partner_id,
        chosen.registration_id,
        chosen.occurred_at as chosen_at,
        chosen.exclusion_reason as source_exclusion_reason,
        coalesce(touches.touchpoint_count, 0) as touchpoint_count,
        touches.source_touchpoint_id,
        touches.source_at,
        chosen.registration_id is not null or coalesce(touches.source_at < deals.created_at, false) as is_dated
    from deals
    left join chosen on deals.deal_id = chosen.deal_id
    left join touches on deals.deal_id = touches.deal_id
),

tested as (
    select
        *,
        source_touchpoint_id is not null and is_dated and source_at > sales_at as sales_was_first,
        source_touchpoint_id is not null and not is_dated as is_unregistered,
        coalesce(
            source_exclusion_reason = 'outside_lookback' and not (registration_id is not null and chosen_at > sales_at),
            false
        ) as sourced_taken_out_by_lookback
    from known
),

categorised as (
    select
        *,
        case
            when source_touchpoint_id is not null and not sales_was_first then 'sourced'
            when touchpoint_count > 0 then 'influenced'
            else 'direct'
        end as deal_category
    from tested
),

final as (
    select
        deal_id,
        deal_category,
        case
            when deal_category = 'sourced' and is_unregistered
                then
                    'Sourced: partner ' || source_partner_id
                    || ' is named as its source, dated by the deal''s creation alone.'
            when deal_category = 'sourced'
                then
                    'Sourced: partner ' || source_partner_id || ' came first, at ' || {{ time_text('source_at') }}
                    || ', not later than ' || sales_name || ' at ' || {{ time_text('sales_at') }} || '.'
            when sales_was_first
                then
                    'Influenced: the source, partner ' || source_partner_id || ' at ' || {{ time_text('source_at') }}
                    || ', came after ' || sales_name || ' at ' || {{ time_text('sales_at') }} || '.'
            when source_partner_id is not null and deal_category = 'influenced'
                then
                    'Influenced: ' || touchpoint_count || ' eligible touchpoint(s); the source, partner '
                    || source_partner_id || ', is excluded: ' || source_exclusion_reason || '.'
            when deal_category = 'influenced'
                then 'Influenced: ' || touchpoint_count || ' eligible touchpoint(s), no partner source.'
            when source_partner_id is not null
                then
                    'Direct: no eligible touchpoint; the source, partner ' || source_partner_id || ', is excluded: '
                    || source_exclusion_reason || '.'
            else 'Direct: no eligible touchpoint.'
        end as category_reason,
        {{ names_that_hold([
            ('unregistered_source', 'is_unregistered'),
            ('sales_was_first', 'sales_was_first'),
        ]) }} as flags,
        source_touchpoint_id,
        source_partner_id,
        registration_id as source_registration_id,
        case when registration_id is not null then chosen_at end as source_registered_at,
        source_exclusion_reason,
        sourced_taken_out_by_lookback,
        cast(touchpoint_count as integer) as touchpoint_count
    from categorised
)

select * from final
