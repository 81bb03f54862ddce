-- Partners by quarter and year, as the CRM's Partner_Influence__c shall show them.
with
primary_model as (
    select model from {{ source('engine', 'model_run') }}
    where model = '{{ primary_model() }}' and is_additive
),

rows_to_send as (
    select mart.*
    from {{ ref('mart_partner_influence') }} as mart
    inner join primary_model on mart.model = primary_model.model
    where mart.period_grain in ('quarter', 'year')
),

final as (
    select
        period_grain as "Period_Grain__c",
        period_start as "Period_Start__c",
        period_label as "Period_Label__c",
        model as "Model__c",
        partner_id as "Partner__c",
        credit_amount as "Credit_Amount__c",
        deal_count as "Deal_Count__c",
        avg_deal_size as "Avg_Deal_Size__c",
        avg_credit as "Avg_Credit__c",
        sourced_amount as "Sourced_Amount__c",
        influenced_amount as "Influenced_Amount__c",
        decided_count as "Decided_Count__c",
        investment_amount as "Investment_Amount__c",
        period_grain || '|' || period_start || '|' || partner_id as "External_Key__c",
        round(win_rate * 100, 2) as "Win_Rate__c",
        round(roi, 4) as "Roi__c"
    from rows_to_send
)

select * from final
