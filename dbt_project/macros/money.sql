{# Rule 1, currency: decimals all the way, rounded once, half up, to the cent. #}

{% macro money(amount) -%}
    {#- DECIMAL(18,2), rounded half up; an amount beyond that range is null rather than a failed run. -#}
    try_cast(round({{ amount }}, 2) as decimal(18, 2))
{%- endmacro %}

{% macro rate_in_force(currency, rate) -%}
    {#- The rate to use: 1 for the reporting currency, else what was looked up. -#}
    case
        when {{ currency }} = '{{ reporting_currency() }}' then cast(1 as decimal(20, 14))
        else {{ rate }}
    end
{%- endmacro %}

{% macro money_text(amount) -%}
    format('{:,.2f}', cast({{ amount }} as double))
{%- endmacro %}
