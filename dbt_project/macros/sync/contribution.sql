{# What a partner did at a touchpoint, in the words of a salesperson; the day follows. #}
{% macro contribution_words(origin, activity_type, source_table, flags) -%}
    case
        when {{ origin }} = 'override' then 'was given a share by an approved override on'
        when {{ origin }} = 'integration' and {{ list_has(flags, "'in_use'") }} then 'had an integration in use from'
        when {{ origin }} = 'integration' then 'enabled an integration on'
        when {{ origin }} = 'deal_source' and {{ source_table }} = 'deal_registrations' then 'registered the deal on'
        {%- for name, words in {
            'referral_submitted': 'submitted a referral',
            'co_sell_initiated': 'started co-selling',
            'intro_made': 'made an introduction',
            'joint_call': 'joined a call',
            'content_shared': 'shared content',
            'integration_enabled': 'enabled an integration',
            'marketplace_lead': 'brought a marketplace lead',
            'services_delivered': 'delivered services',
        }.items() %}
        when {{ activity_type }} = '{{ name }}' then '{{ words }} on'
        {%- endfor %}
        when {{ origin }} = 'deal_source' then 'referred the deal on'
        else 'took part (' || coalesce(replace({{ activity_type }}, '_', ' '), 'unknown') || ') on'
    end
{%- endmacro %}

{# Lengths that Salesforce allows, in characters: Text(255), and a long text area kept under its 32,768. #}
{% macro partner_names_length() %}{{ return(255) }}{% endmacro %}
{% macro contribution_length() %}{{ return(32000) }}{% endmacro %}
{# One name is never longer than this, so that the first always fits beside its '+n more'. #}
{% macro one_name_length() %}{{ return(200) }}{% endmacro %}
