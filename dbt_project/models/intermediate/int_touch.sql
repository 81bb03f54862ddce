with touches as (
    select * from {{ ref('int_touch_eligible') }}
),

deals as (
    select * from {{ ref('int_deal') }}
),

categories as (
    select * from {{ ref('int_deal_category') }}
),

accelerated as (
    select deal_id from {{ ref('int_acceleration') }} where is_accelerated
),

partners as (
    select * from {{ ref('int_partner_judged') }} where exclusion_reason is null
),

-- The step into the closing stage on the closing day is the close itself, not a change before it.
last_changes as (
    select
        stages.deal_id,
        max(stages.valid_from) as last_stage_change_at
    from {{ ref('int_stage_interval') }} as stages
    inner join deals on stages.deal_id = deals.deal_id
    where
        stages.is_change
        and stages.valid_from < deals.anchor_at
        and not coalesce(
            stages.stage = deals.stage and {{ local_date('stages.valid_from') }} >= deals.close_date, false
        )
    group by stages.deal_id
),

-- Partners with decided deals enough to be a channel of their own, where the policy asks for that.
experience as (
    select touches.partner_id
    from touches
    inner join deals on touches.deal_id = deals.deal_id
    where deals.counts_in_rates
    group by touches.partner_id
    having count(distinct touches.deal_id) >= {{ partner_decided_deals() }}
),

typed as (
    select
        touches.*,
        case
            when touches.origin = 'deal_source' and {{ list_has('categories.flags', "'sales_was_first'") }}
                then 'referral'
            when touches.origin = 'deal_source' then 'sourced'
            when touches.origin = 'integration' then 'integration_driven'
            else {{ influence_type_of('touches.activity_type') }}
        end as base_type,
        coalesce(touches.outcome, false) and accelerated.deal_id is not null as follows_fast
    from touches
    inner join categories on touches.deal_id = categories.deal_id
    left join accelerated on touches.deal_id = accelerated.deal_id
),

placed as (
    select
        *,
        case
            when base_type = 'co_sell' and follows_fast then 'accelerated' else base_type
        end as influence_type,
        (coalesce(engagement_depth, 0) + coalesce(stage_progress, 0) + case when outcome then 1 else 0 end)
        / nullif(
            case when engagement_depth is null then 0 else 1 end
            + case when stage_progress is null then 0 else 1 end
            + case when outcome is null then 0 else 1 end,
            0
        ) as known_place
    from typed
),

weighed as (
    select
        *,
        case
            when base_type = 'integration_driven' and known_place is null then {{ integration_weight_unknown() }}
            else
                {{ band_low('base_type') }}
                + coalesce(known_place, 0.5) * ({{ band_high('base_type') }} - {{ band_low('base_type') }})
        end as base_weight
    from placed
),

final as (
    select
        weighed.deal_id,
        weighed.touchpoint_id,
        weighed.position,
        weighed.partner_id,
        weighed.occurred_at,
        weighed.activity_type,
        weighed.origin,
        weighed.influence_type,
        round(
            case
                when weighed.influence_type = 'accelerated'
                    then least(1, weighed.base_weight + {{ accelerated_weight('coalesce(weighed.known_place, 0.5)') }})
                else weighed.base_weight
            end,
            12
        ) as weight,
        partners.partner_type,
        partners.tier,
        weighed.stage_at_touch,
        weighed.outcome,
        weighed.engagement_depth,
        -- No channel knows how its deal ended: accelerated touchpoints, which only won deals have, are co-sell here.
        {{ channel('weighed.base_type', 'partners.partner_type', 'experience.partner_id') }} as channel,
        deals.deal_type,
        deals.segment,
        deals.status as deal_status,
        deals.amount_cents,
        deals.status = 'won' and deals.is_eligible as is_creditable,
        deals.is_eligible as is_deal_eligible,
        deals.counts_in_rates as deal_counts_in_rates,
        deals.created_at,
        deals.anchor_at as closed_at,
        last_changes.last_stage_change_at
    from weighed
    inner join deals on weighed.deal_id = deals.deal_id
    left join partners on weighed.partner_id = partners.partner_id
    left join last_changes on weighed.deal_id = last_changes.deal_id
    left join experience on weighed.partner_id = experience.partner_id
    order by weighed.deal_id, weighed.position
)

select * from final
