{{ config(database='warehouse', schema='intermediate', contract={'enforced': false}) }}
-- Decided deals whose account had an integration in place when the deal was created: once for all integrations, once
-- for each integration and once for each partner behind one.
with
deals as (
    select
        deal_id,
        account_id,
        created_at
    from {{ ref('dim_deal') }}
    where counts_in_rates and account_id is not null and created_at is not null
),

in_place as (
    select
        deals.deal_id,
        integrations.integration_name,
        integrations.partner_id
    from deals
    inner join {{ ref('int_integration_judged') }} as integrations
        on
            deals.account_id = integrations.account_id
            and deals.created_at > integrations.enabled_at
            and (integrations.disabled_at is null or deals.created_at <= integrations.disabled_at)
    where integrations.exclusion_reason is null
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
