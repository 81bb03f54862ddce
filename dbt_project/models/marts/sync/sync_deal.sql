-- Deals as the CRM's Opportunity shall show them, under the primary model.
with
deals as (
    select * from {{ ref('dim_deal') }}
    where is_eligible
),

primary_model as (
    select
        model,
        is_additive
    from {{ source('engine', 'model_run') }}
    where model = '{{ primary_model() }}'
),

credits as (
    select
        deal_id,
        sum(credit_amount) as credit_amount,
        max(case when place = 1 and credit_amount > 0 then partner_id end) as primary_partner_id
    from {{ ref('deal_partner') }}
    group by deal_id
),

source_registrations as (
    select
        deal_id,
        {{ local_date('source_registered_at') }} as registered_on
    from {{ ref('int_deal_category') }}
    where source_registered_at <= {{ as_of() }}
),

final as (
    select
        deals.deal_id,
        names.partner_names as "Influencing_Partners__c",
        deals.primary_influence_type as "Primary_Influence_Type__c",
        deals.deal_category as "Deal_Category__c",
        credits.primary_partner_id as "Primary_Partner__c",
        source_registrations.registered_on as "Deal_Registration_Date__c",
        contributions.contribution as "Partner_Contribution__c",
        deals.deal_category in ('sourced', 'influenced') as "Partner_Influenced__c",
        case when primary_model.is_additive then cast(coalesce(credits.credit_amount, 0) as decimal(18, 2)) end
            as "Partner_Attributed_Amount__c",
        case when credits.credit_amount > 0 then primary_model.model end as "Attribution_Model__c"
    from deals
    left join primary_model on true
    left join credits on deals.deal_id = credits.deal_id
    left join {{ ref('deal_partner_names') }} as names on deals.deal_id = names.deal_id
    left join {{ ref('deal_contribution') }} as contributions on deals.deal_id = contributions.deal_id
    left join source_registrations on deals.deal_id = source_registrations.deal_id
)

select * from final
