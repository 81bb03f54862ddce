with deals as (
    select * from {{ ref('int_deal') }}
    where counts_in_rates or (status = 'open' and is_eligible)
),

touches as (
    select * from {{ ref('int_touch') }}
),

final as (
    select
        deals.deal_id,
        touches.touchpoint_id,
        touches.partner_id,
        touches.position,
        touches.occurred_at,
        touches.activity_type,
        touches.origin,
        -- No journey knows how its deal ended: accelerated touchpoints, which only won deals have, are co-sell here.
        case touches.influence_type when 'accelerated' then 'co_sell' else touches.influence_type end as influence_type,
        touches.partner_type,
        touches.tier,
        touches.stage_at_touch,
        touches.channel,
        touches.engagement_depth,
        deals.status as outcome,
        coalesce(deals.amount_cents, 0) as amount_cents,
        deals.deal_type,
        deals.segment,
        deals.region,
        deals.source,
        deals.created_at,
        deals.anchor_at as closed_at,
        touches.last_stage_change_at
    from deals
    left join touches on deals.deal_id = touches.deal_id
)

select * from final
