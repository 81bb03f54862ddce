{# Influence types in the order in which a tie between them is settled (rule 11: sourced, then the order of the list). #}
{% macro influence_types() -%}
    {{ return(['sourced', 'co_sell', 'referral', 'integration_driven', 'assisted', 'marketplace', 'services', 'accelerated']) }}
{%- endmacro %}

{# Place of a type in that order, from 1; a type outside the list comes last. #}
{% macro influence_rank(influence_type) -%}
    case {{ influence_type }}
        {%- for name in influence_types() %}
        when '{{ name }}' then {{ loop.index }}
        {%- endfor %}
        else 99
    end
{%- endmacro %}
