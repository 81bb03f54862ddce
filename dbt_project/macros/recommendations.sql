{# Advice by rules: the policy's numbers, one macro each so that a unit test can set a single one, and figures in words. #}

{% macro evidence_months() %}{{ return(policy('recommendations.evidence_months')) }}{% endmacro %}
{% macro fewest_decided_deals() %}{{ return(policy('recommendations.fewest_decided_deals')) }}{% endmacro %}
{# Reporting currency. #}
{% macro least_cost() %}{{ return(policy('recommendations.cost_amount')) }}{% endmacro %}
{% macro fewest_won_deals() %}{{ return(policy('recommendations.increase_investment.fewest_won_deals')) }}{% endmacro %}
{% macro return_at_least() %}{{ return(policy('recommendations.increase_investment.return_at_least')) }}{% endmacro %}
{% macro growth_at_least() %}{{ return(policy('recommendations.increase_investment.growth_at_least')) }}{% endmacro %}
{% macro activity_quantile() %}{{ return(policy('recommendations.optimise.activity_quantile')) }}{% endmacro %}
{% macro return_below() %}{{ return(policy('recommendations.review.return_below')) }}{% endmacro %}
{% macro fewest_tier_partners() %}{{ return(policy('recommendations.review.fewest_partners')) }}{% endmacro %}
{% macro sales_first_share() %}{{ return(policy('recommendations.cannibalisation.sales_first_share')) }}{% endmacro %}
{% macro missing_share() %}{{ return(policy('recommendations.missing_data.share_at_least')) }}{% endmacro %}

{# USD 1,234.50 #}
{% macro amount_words(amount) -%}
    '{{ reporting_currency() }} ' || {{ money_text(amount) }}
{%- endmacro %}

{# 12.3% of a ratio #}
{% macro percent_words(share) -%}
    format('{:.1f}%', 100 * {{ share }})
{%- endmacro %}

{# 5.2x #}
{% macro times_words(multiple) -%}
    format('{:.1f}x', cast({{ multiple }} as double))
{%- endmacro %}

{# 1 deal, 1,200 deals #}
{% macro counted_words(number, noun, nouns=none) -%}
    format('{:,}', cast({{ number }} as bigint))
    || case when {{ number }} = 1 then ' {{ noun }}' else ' {{ nouns or noun ~ 's' }}' end
{%- endmacro %}

{# A sentence with a place {} for each of the values, which are SQL of texts; null where one of them is. #}
{% macro sentence(template, values) -%}
    format({{ sql_text(template) }}, {{ values | join(', ') }})
{%- endmacro %}

{# The columns of every rule, in their order: what is not given is null, a period the usual months. `given` maps to SQL. #}
{% macro recommendation_columns(given) -%}
    {%- for column, type in {
        'kind': 'varchar', 'subject_type': 'varchar', 'subject_id': 'varchar', 'subject_name': 'varchar',
        'measure': 'varchar', 'value': 'double', 'value_low': 'double', 'value_high': 'double', 'threshold': 'double',
        'cases': 'bigint', 'n': 'bigint', 'n_of': 'varchar', 'amount': 'decimal(18, 2)', 'amount_of': 'varchar',
        'is_tentative': 'boolean', 'text': 'varchar', 'period_start': 'date', 'period_end': 'date'
    }.items() %}
        cast({{ given.get(column, 'false' if column == 'is_tentative' else 'null') }} as {{ type }}) as {{ column }}
        {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
