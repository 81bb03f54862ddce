{{ config(tags=['credits']) }}
-- No credit is negative; an additive model gives a deal's touchpoints at most its amount, any model a partner at most
-- its amount; and only won, eligible deals have credit.
with
deals as (
    select
        deal_id,
        amount,
        is_eligible and status = 'won' as is_creditable
    from {{ ref('dim_deal') }}
),

credits as (
    select
        credit.model,
        credit.deal_id,
        sum(credit.credit_amount) as credit_amount,
        min(credit.credit_amount) as least_credit,
        max(credit.credit_amount) as greatest_credit
    from {{ ref('fct_partner_credit') }} as credit
    group by credit.model, credit.deal_id
)

select
    credits.*,
    deals.amount
from credits
left join deals on credits.deal_id = deals.deal_id
left join {{ ref('mart_model') }} as models on credits.model = models.model
where
    not coalesce(deals.is_creditable, false)
    or not coalesce(models.gave_credit, false)
    or credits.least_credit < 0
    or credits.greatest_credit > deals.amount
    or (models.is_additive and credits.credit_amount > deals.amount)
