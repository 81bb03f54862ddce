-- Influence types by quarter and year, as the CRM's Influence_Type_Summary__c shall show them.
with
primary_model as (
    select model from {{ source('engine', 'model_run') }}
    where model = '{{ primary_model() }}' and is_additive
),

rows_to_send as (
    select mart.*
    from {{ ref('mart_influence_type') }} as mart
    inner join primary_model on mart.model = primary_model.model
    where mart.period_grain in ('quarter', 'year')
),

final as (
    select
        period_grain as "Period_Grain__c",
        period_start as "Period_Start__c",
        period_label as "Period_Label__c",
        model as "Model__c",
        influence_type as "Influence_Type__c",
        credit_amount as "Credit_Amount__c",
        deal_count as "Deal_Count__c",
        avg_deal_size as "Avg_Deal_Size__c",
        period_grain || '|' || period_start || '|' || influence_type as "External_Key__c",
        round(pct_of_influenced * 100, 2) as "Pct_Of_Influenced__c"
    from rows_to_send
)

select * from final
