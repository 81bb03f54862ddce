{{ config(tags=['credits']) }}
-- What is divided again sums to what was divided, to the cent: chains by partner, pools and recurring revenue by deal.
-- A split that the policy has off has no rows, one that is on has them for every model whose credits may be summed.
with
models as (
    select model from {{ ref('mart_model') }}
    where gave_credit and is_additive
),

partner_credits as (
    select
        credit.model,
        credit.deal_id,
        credit.partner_id,
        credit.credit_amount
    from {{ ref('fct_partner_credit') }} as credit
    inner join models on credit.model = models.model
),

revenue as (
    select
        models.model,
        deals.deal_id,
        deals.amount
    from {{ ref('dim_deal') }} as deals
    cross join models
    where deals.is_eligible and deals.status = 'won'
),

divided as (
    select
        'chains' as split,
        credit.model,
        credit.deal_id,
        credit.partner_id,
        credit.credit_amount
    from partner_credits as credit
    where {{ policy('splits.chains.enabled') }}
    union all
    select
        'pools' as split,
        credit.model,
        credit.deal_id,
        '' as partner_id,
        credit.credit_amount
    from partner_credits as credit
    where {{ policy('splits.pools.enabled') }}
    union all
    select
        'recurring' as split,
        revenue.model,
        revenue.deal_id,
        '' as partner_id,
        revenue.amount as credit_amount
    from revenue
    where {{ policy('splits.recurring.enabled') }}
),

before as (
    select
        split,
        model,
        deal_id,
        partner_id,
        sum(credit_amount) as credit_amount
    from divided
    group by split, model, deal_id, partner_id
),

parts as (
    select
        'chains' as split,
        model,
        deal_id,
        partner_id,
        credit_amount
    from {{ ref('fct_chain_credit') }}
    union all
    select
        'pools' as split,
        model,
        deal_id,
        '' as partner_id,
        credit_amount
    from {{ ref('fct_pool_credit') }}
    union all
    select
        'recurring' as split,
        model,
        deal_id,
        '' as partner_id,
        credit_amount
    from {{ ref('fct_recurring_credit') }}
),

after as (
    select
        split,
        model,
        deal_id,
        partner_id,
        sum(credit_amount) as credit_amount,
        min(credit_amount) as least_amount
    from parts
    group by split, model, deal_id, partner_id
)

select
    coalesce(before.split, after.split) as split,
    coalesce(before.model, after.model) as model,
    coalesce(before.deal_id, after.deal_id) as deal_id,
    before.credit_amount as amount_before,
    after.credit_amount as amount_after
from before
full join after
    on
        before.split = after.split
        and before.model = after.model
        and before.deal_id = after.deal_id
        and before.partner_id = after.partner_id
where
    before.deal_id is null
    or coalesce(after.credit_amount, -1) <> before.credit_amount
    or after.least_amount < 0
