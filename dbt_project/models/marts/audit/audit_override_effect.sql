-- What each override that stands moved under each model: the same engine's credits without and with overrides.
with
overrides as (
    select * from {{ ref('int_override') }}
    where is_creditable
),

models as (
    select
        model,
        is_additive
    from {{ source('engine', 'model_run') }}
    where gave_credit
),

deals as (
    select
        deal_id,
        amount
    from {{ ref('int_deal') }}
),

overridden_deals as (
    select distinct deal_id from overrides
),

credits_before as (
    select
        model,
        deal_id,
        partner_id,
        {{ cents_to_money('sum(credit_cents)') }} as credit_amount
    from {{ source('engine', 'credit_without_overrides') }}
    group by model, deal_id, partner_id
),

credits_after as (
    select
        credit.model,
        credit.deal_id,
        credit.partner_id,
        credit.credit_amount
    from {{ ref('fct_partner_credit') }} as credit
    inner join overridden_deals on credit.deal_id = overridden_deals.deal_id
),

{% for side in ['before', 'after'] %}
    deals_{{ side }} as (
        select
            model,
            deal_id,
            sum(credit_amount) as credit_amount
        from credits_{{ side }}
        group by model, deal_id
    ),
{% endfor %}

final as (
    select
        overrides.override_id,
        models.model,
        overrides.deal_id,
        overrides.partner_id,
        overrides.share,
        deals.amount as deal_amount,
        {% for side in ['before', 'after'] %}
            cast(coalesce(credits_{{ side }}.credit_amount, 0) as decimal(18, 2)) as amount_{{ side }},
        {% endfor %}
        cast(
            coalesce(credits_after.credit_amount, 0) - coalesce(credits_before.credit_amount, 0) as decimal(18, 2)
        ) as amount_change,
        {% for side in ['before', 'after'] %}
            case
                when models.is_additive
                    then cast(deals.amount - coalesce(deals_{{ side }}.credit_amount, 0) as decimal(18, 2))
            end as unallocated_{{ side }},
        {% endfor %}
        overrides.adds_touchpoint
    from overrides
    cross join models
    inner join deals on overrides.deal_id = deals.deal_id
    {% for side in ['before', 'after'] %}
        left join credits_{{ side }}
            on
                overrides.deal_id = credits_{{ side }}.deal_id
                and overrides.partner_id = credits_{{ side }}.partner_id
                and models.model = credits_{{ side }}.model
        left join deals_{{ side }}
            on overrides.deal_id = deals_{{ side }}.deal_id and models.model = deals_{{ side }}.model
    {% endfor %}
)

select * from final
