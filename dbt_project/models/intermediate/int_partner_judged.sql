{{ judged_lookup('stg_crm__partners', ['partner_id'], [
    'partner_name', 'partner_type', 'tier', 'status', 'joined_at', 'parent_partner_id', 'region', 'agreement_signed_at',
    'certified_at',
]) }}
