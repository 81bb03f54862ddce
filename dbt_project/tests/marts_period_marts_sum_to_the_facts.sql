{{ config(tags=['credits']) }}
-- Per model and grain, partners, tiers and influence types each sum to fct_touchpoint_credit; tiers and types for the
-- additive models. No credit is lost on the way from a touchpoint to a period. Also fails where there are no models.
{%- set additive_only = [
    'mart_tier_influence', 'mart_influence_type', 'mart_channel_mix', 'mart_partner_influence_type'
] %}
{%- set marts_with_credit = ['mart_partner_influence', 'mart_model_comparison'] + additive_only %}
with
models as (
    select * from {{ ref('mart_model') }}
    where gave_credit
),

facts as (
    select
        model,
        sum(credit_amount) as credit_amount
    from {{ ref('fct_touchpoint_credit') }}
    group by model
),

marts as (
    {% for mart in marts_with_credit %}
        select
            '{{ mart }}' as mart,
            period_grain,
            model,
            sum(credit_amount) as credit_amount
        from {{ ref(mart) }}
        group by period_grain, model
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

places as (
    {% for mart in marts_with_credit %}
        {% for grain in ['month', 'quarter', 'year'] %}
            select
                '{{ mart }}' as mart,
                '{{ grain }}' as period_grain,
                {{ 'true' if mart in additive_only else 'false' }} as is_additive_only
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    places.mart,
    places.period_grain,
    models.model,
    facts.credit_amount as fact_amount,
    marts.credit_amount as mart_amount
from places
cross join models
left join facts on models.model = facts.model
left join marts
    on places.mart = marts.mart and places.period_grain = marts.period_grain and models.model = marts.model
where
    case
        when places.is_additive_only and not models.is_additive then marts.credit_amount is not null
        else coalesce(facts.credit_amount, 0) <> coalesce(marts.credit_amount, 0)
    end
union all
select
    'no models' as mart,
    null as period_grain,
    null as model,
    null as fact_amount,
    null as mart_amount
where not exists (select 1 from {{ ref('mart_model') }})
