with deals as (
    select
        deals.*,
        categories.deal_category
    from {{ ref('int_deal') }} as deals
    inner join {{ ref('int_deal_category') }} as categories on deals.deal_id = categories.deal_id
    where deals.status = 'won' and deals.closed_at is not null and deals.sales_cycle_days is not null
),

touched as (
    select distinct deal_id
    from {{ ref('int_touch_eligible') }}
    where origin = 'activity' and activity_type in {{ co_sell_types() }} and outcome
),

-- One line of won deals per type and segment: each judged deal looks back over the direct ones in its window.
line as (
    select
        deal_id,
        deal_type,
        segment,
        closed_at,
        comparable_window_start,
        sales_cycle_days,
        case when deal_category = 'direct' and is_eligible then sales_cycle_days end as comparable_days
    from deals
    where deal_id in (select deal_id from touched) or (deal_category = 'direct' and is_eligible)
),

measured as (
    {{ measured_against_comparables('line') }}
),

final as (
    select
        *,
        comparable_count >= {{ comparable_deals() }}
        and sales_cycle_days < comparable_median_days
        and sales_cycle_days <= comparable_median_days * (1 - {{ shorter_share() }}) as is_accelerated
    from measured
    where deal_id in (select deal_id from touched)
)

select * from final
