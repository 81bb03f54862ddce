{{ judged_lookup('stg_crm__account_integrations', ['account_id', 'integration_name', 'partner_id', 'enabled_at'], [
    'disabled_at', 'last_used_at', 'usage_level',
]) }}
