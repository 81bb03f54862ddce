{{ judged_lookup('stg_crm__targets', ['metric', 'period_start', 'period_end'], [
    'value',
]) }}
