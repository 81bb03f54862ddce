{{ config(materialized="view") }}

with integrations as (
    select
        *,
        coalesce({{ time_key('enabled_at') }}, '') as enabled_text
    from {{ ref('int_integration_judged') }}
    where exclusion_reason is null
),

deals as (
    select
        deal_id,
        account_id,
        created_at,
        anchor_at,
        window_start
    from {{ ref('int_deal') }}
),

deal_accounts as (
    select distinct account_id from deals where account_id is not null
),

matched as (
    select
        integrations.*,
        deals.deal_id,
        coalesce(integrations.last_used_at >= deals.window_start, false) as is_in_use,
        deals.window_start,
        deals.deal_id is null
        and (integrations.enabled_at is not null or deal_accounts.account_id is null) as is_without_deal
    from integrations
    left join deals
        on
            integrations.account_id = deals.account_id
            and integrations.enabled_at < deals.anchor_at
            and (
                integrations.disabled_at is null
                or deals.created_at is null
                or integrations.disabled_at >= deals.created_at
            )
    left join deal_accounts on integrations.account_id = deal_accounts.account_id
),

final as (
    select
        {{ touchpoint_id('integration', [
            'account_id', 'integration_name', 'partner_id', 'enabled_text', 'deal_id',
        ]) }} as touchpoint_id,
        deal_id,
        partner_id,
        account_id,
        case when is_in_use then greatest(enabled_at, window_start) else enabled_at end as occurred_at,
        integration_name,
        usage_level as engagement_depth,
        'Integration ' || integration_name || ' enabled ' || {{ time_text('enabled_at') }} as details,
        concat_ws(chr(1), account_id, integration_name, coalesce(partner_id, ''), enabled_text) as sort_id,
        'account_integrations' as source_table,
        record_id as source_record_id,
        source_record,
        is_in_use,
        is_without_deal
    from matched
)

select * from final
