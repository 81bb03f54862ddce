-- What each model gives each touchpoint. A credit whose deal or touchpoint is unknown fails the contract's not-null.
with
credits as (
    select * from {{ source('engine', 'touchpoint_credit') }}
),

deals as (
    select
        deal_id,
        close_date
    from {{ ref('int_deal') }}
    where is_eligible and status = 'won'
),

touchpoints as (
    select
        fct_touchpoint.touchpoint_id,
        case when fct_touchpoint.origin = 'override' then 'override' else fct_touchpoint.influence_type end
            as influence_type
    from {{ ref('fct_touchpoint') }} as fct_touchpoint
    inner join deals on fct_touchpoint.deal_id = deals.deal_id
    where fct_touchpoint.is_eligible
),

final as (
    select
        credits.deal_id,
        credits.touchpoint_id,
        credits.partner_id,
        credits.model,
        credits.share,
        {{ cents_to_money('credits.credit_cents') }} as credit_amount,
        {{ sql_text(var('policy_hash')) }} as policy_hash,
        {{ sql_text(var('run_id')) }} as run_id,
        credits.position,
        credits.score,
        cast(credits.remainder_cents as bigint) as remainder_cents,
        touchpoints.influence_type,
        deals.close_date
    from credits
    left join deals on credits.deal_id = deals.deal_id
    left join touchpoints on credits.touchpoint_id = touchpoints.touchpoint_id
)

select * from final
