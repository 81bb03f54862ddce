{# Rule 11: what each activity type is an influence of. The types that SPEC 3 lists, and no other. #}

{% macro influence_types_by_activity() -%}
    {{- return({
        'referral_submitted': 'referral',
        'co_sell_initiated': 'co_sell',
        'intro_made': 'co_sell',
        'joint_call': 'co_sell',
        'content_shared': 'assisted',
        'integration_enabled': 'integration_driven',
        'marketplace_lead': 'marketplace',
        'services_delivered': 'services',
    }) -}}
{%- endmacro %}

{% macro known_activity_types() -%}
    ({%- for name in influence_types_by_activity() %}'{{ name }}'{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro co_sell_types() -%}
    (
    {%- for name, influence in influence_types_by_activity().items() if influence == 'co_sell' -%}
        '{{ name }}'{{ ", " if not loop.last }}
    {%- endfor -%}
    )
{%- endmacro %}

{% macro influence_type_of(activity_type) -%}
    case {{ activity_type }}
        {%- for activity, influence in influence_types_by_activity().items() %}
        when '{{ activity }}' then '{{ influence }}'
        {%- endfor %}
    end
{%- endmacro %}
