{{ config(tags=['credits']) }}
-- What is written back fits the CRM's fields, says what the marts say, and has one row per eligible deal.
with
texts as (
    select
        deal_id as subject,
        'too long' as problem
    from {{ ref('sync_deal') }}
    where
        length("Influencing_Partners__c") > {{ partner_names_length() }}
        or length("Partner_Contribution__c") > {{ contribution_length() }}
),

keys as (
    {% for mart in ['sync_partner_influence', 'sync_tier_influence', 'sync_influence_type'] %}
        select
            "External_Key__c" as subject,
            'key too long' as problem
        from {{ ref(mart) }}
        where length("External_Key__c") > 255
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

eligible as (
    select * from {{ ref('dim_deal') }}
    where is_eligible
),

deals as (
    select
        coalesce(deals.deal_id, sync.deal_id) as subject,
        'deal missing, extra or inconsistent' as problem
    from eligible as deals
    full join {{ ref('sync_deal') }} as sync on deals.deal_id = sync.deal_id
    where
        deals.deal_id is null
        or sync.deal_id is null
        or (sync."Influencing_Partners__c" is null) <> (deals.touchpoint_count + deals.added_touchpoint_count = 0)
        or (sync."Partner_Contribution__c" is null) <> (deals.touchpoint_count + deals.added_touchpoint_count = 0)
),

credited as (
    select sum(credited_amount) as amount from {{ ref('mart_executive_summary') }}
    where period_grain = 'year'
),

sent as (
    select sum("Partner_Attributed_Amount__c") as amount from {{ ref('sync_deal') }}
),

amounts as (
    select
        'all deals' as subject,
        'sum of credits differs' as problem
    from credited
    cross join sent
    where credited.amount <> sent.amount
)

select * from texts
union all
select * from keys
union all
select * from deals
union all
select * from amounts
