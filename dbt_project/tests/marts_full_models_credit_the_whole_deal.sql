{{ config(tags=['credits']) }}
-- Under a full model the credits of each won, eligible deal with an eligible touchpoint sum to its amount, to the cent;
-- where overrides leave a rest to nobody, to their shares of it.
-- Also fails where there are no deals or no models at all.
with
models as (
    select * from {{ ref('mart_model') }}
),

left_over as (
    select
        deal_id,
        cast(sum(exact_share) as double) as shares
    from {{ ref('int_override') }}
    where leaves_unallocated
    group by deal_id
),

touched as (
    select distinct deal_id from {{ ref('fct_touchpoint') }}
    where is_eligible
),

expected as (
    select
        models.model,
        deals.deal_id,
        deals.amount
    from {{ ref('dim_deal') }} as deals
    inner join touched on deals.deal_id = touched.deal_id
    cross join models
    where deals.is_eligible and deals.status = 'won' and models.is_full and models.is_additive and models.gave_credit
),

touchpoint_credits as (
    select
        model,
        deal_id,
        sum(credit_amount) as credit_amount
    from {{ ref('fct_touchpoint_credit') }}
    group by model, deal_id
),

partner_credits as (
    select
        model,
        deal_id,
        sum(credit_amount) as credit_amount
    from {{ ref('fct_partner_credit') }}
    group by model, deal_id
),

wrong as (
    select
        expected.model,
        expected.deal_id,
        expected.amount,
        touchpoint_credits.credit_amount as touchpoint_credit,
        partner_credits.credit_amount as partner_credit
    from expected
    left join touchpoint_credits
        on expected.model = touchpoint_credits.model and expected.deal_id = touchpoint_credits.deal_id
    left join partner_credits
        on expected.model = partner_credits.model and expected.deal_id = partner_credits.deal_id
    left join left_over on expected.deal_id = left_over.deal_id
    where
        coalesce(partner_credits.credit_amount, -1) <> coalesce(touchpoint_credits.credit_amount, -1)
        or case
            when left_over.deal_id is null then coalesce(touchpoint_credits.credit_amount, -1) <> expected.amount
            else coalesce(
                {{ cents_apart('touchpoint_credits.credit_amount', 'left_over.shares', 'expected.amount') }}, true
            )
        end
)

select * from wrong
union all
select
    'no models' as model,
    null as deal_id,
    null as amount,
    null as touchpoint_credit,
    null as partner_credit
where not exists (select 1 from models)
union all
select
    'no deals' as model,
    null as deal_id,
    null as amount,
    null as touchpoint_credit,
    null as partner_credit
where not exists (select 1 from {{ ref('dim_deal') }})
