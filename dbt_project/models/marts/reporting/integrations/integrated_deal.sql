{{ config(database='warehouse', schema='intermediate', contract={'enforced': false}) }}
-- Decided deals whose account had an integration in place when the deal was created: once for all integrations, once
-- for each integration and once for each partner behind one.
with
in_place as (
    select * from {{ ref('fct_deal_integration') }}
),

final as (
    select
        deal_id,
        'all' as dimension,
        'all' as subject
    from in_place
    union
    select
        deal_id,
        'integration' as dimension,
        integration_name as subject
    from in_place
    union
    select
        deal_id,
        'partner' as dimension,
        partner_id as subject
    from in_place
    where partner_id is not null
)

select * from final
