with deals as (
    select * from {{ ref('int_deal') }} where counts_in_rates
),

first_touches as (
    select * from {{ ref('int_touch') }} where position = 1
),

-- What an account had won and lost before each of its deals began: all its events in order, closings after beginnings.
events as (
    select
        deal_id,
        account_id,
        created_at as happened_at,
        0 as kind,
        0 as won,
        0 as lost
    from deals
    where account_id is not null
    union all
    select
        deal_id,
        account_id,
        closed_at as happened_at,
        1 as kind,
        case when status = 'won' then 1 else 0 end as won,
        case when status = 'lost' then 1 else 0 end as lost
    from deals
    where account_id is not null
),

counted as (
    select
        deal_id,
        kind,
        sum(won) over (
            partition by account_id
            order by happened_at nulls first, kind
            rows between unbounded preceding and current row
        ) as won_before,
        sum(lost) over (
            partition by account_id
            order by happened_at nulls first, kind
            rows between unbounded preceding and current row
        ) as lost_before
    from events
),

final as (
    select
        deals.deal_id,
        deals.account_id,
        deals.status as outcome,
        deals.amount_cents,
        deals.deal_type,
        deals.segment,
        deals.region,
        deals.source,
        deals.created_at,
        deals.closed_at,
        {{ as_of() }} as as_of,
        cast(coalesce(counted.won_before, 0) as bigint) as won_before,
        cast(coalesce(counted.lost_before, 0) as bigint) as lost_before,
        first_touches.occurred_at as first_touch_at,
        -- Accelerated touchpoints exist on won deals alone: to tell them apart would be to know the outcome.
        case
            when first_touches.influence_type = 'accelerated' then 'co_sell' else first_touches.influence_type
        end as first_influence_type,
        first_touches.partner_type as first_partner_type,
        first_touches.channel as first_channel
    from deals
    left join first_touches on deals.deal_id = first_touches.deal_id
    left join counted on deals.deal_id = counted.deal_id and counted.kind = 0
)

select * from final
