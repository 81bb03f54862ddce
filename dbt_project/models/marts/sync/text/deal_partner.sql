{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- Partners of each eligible deal with their credit under the primary model: most credit first, then first on the deal.
with
primary_model as (
    select model from {{ source('engine', 'model_run') }}
    where model = '{{ primary_model() }}' and is_additive
),

credits as (
    select
        credit.deal_id,
        credit.partner_id,
        credit.credit_amount
    from {{ ref('fct_partner_credit') }} as credit
    inner join primary_model on credit.model = primary_model.model
),

touched as (
    select
        touchpoint.deal_id,
        touchpoint.partner_id,
        min(touchpoint.position) as first_position
    from {{ ref('fct_touchpoint') }} as touchpoint
    inner join {{ ref('dim_deal') }} as deal on touchpoint.deal_id = deal.deal_id
    where touchpoint.is_eligible and deal.is_eligible
    group by touchpoint.deal_id, touchpoint.partner_id
),

named as (
    select
        touched.deal_id,
        touched.partner_id,
        touched.first_position,
        left(coalesce(partner.partner_name, touched.partner_id), {{ one_name_length() }}) as partner_name,
        coalesce(credits.credit_amount, 0) as credit_amount
    from touched
    left join {{ ref('dim_partner') }} as partner on touched.partner_id = partner.partner_id
    left join credits on touched.deal_id = credits.deal_id and touched.partner_id = credits.partner_id
),

final as (
    select
        deal_id,
        partner_id,
        first_position,
        partner_name,
        credit_amount,
        row_number() over (
            partition by deal_id order by credit_amount desc, first_position asc, partner_id asc
        ) as place,
        count(*) over (partition by deal_id) as place_count
    from named
)

select * from final
