-- What each model gives each partner on a deal: the sum over the partner's touchpoints.
with
credits as (
    select * from {{ ref('fct_touchpoint_credit') }}
),

deals as (
    select
        deal_id,
        amount,
        closed_at,
        close_date
    from {{ ref('int_deal') }}
),

summed as (
    select
        deal_id,
        partner_id,
        model,
        cast(sum(credit_amount) as decimal(18, 2)) as credit_amount,
        count(*) as touchpoint_count
    from credits
    group by deal_id, partner_id, model
),

final as (
    select
        summed.deal_id,
        summed.partner_id,
        summed.model,
        summed.credit_amount,
        coalesce({{ ratio('summed.credit_amount', 'deals.amount') }}, 0) as share,
        summed.touchpoint_count,
        deals.closed_at,
        deals.close_date
    from summed
    left join deals on summed.deal_id = deals.deal_id
)

select * from final
