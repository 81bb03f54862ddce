{{ judged_lookup('stg_crm__accounts', ['account_id'], [
    'account_name', 'industry', 'segment', 'region', 'churned_at',
]) }}
