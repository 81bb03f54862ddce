-- Which integrations the account of a decided deal had in place when the deal was created.
with
deals as (
    select
        deal_id,
        account_id,
        created_at
    from {{ ref('dim_deal') }}
    where counts_in_rates and account_id is not null and created_at is not null
),

final as (
    select distinct
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
)

select * from final
