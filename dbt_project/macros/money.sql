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
    {{ adapter.dispatch('money_text', 'pir')(amount) }}
{%- endmacro %}

{% macro default__money_text(amount) -%}
    format('{:,.2f}', cast({{ amount }} as double))
{%- endmacro %}

{% macro share_as_written(share) -%}
    {#- The decimal that was written, 0.7 and not the nearest binary fraction: 0.7 + 0.2 + 0.1 is 1, so are 1/6, 1/6, 2/3. -#}
    cast(cast({{ share }} as {{ dbt.type_string() }}) as decimal(38, 20))
{%- endmacro %}

{% macro cents_apart(credit, share, amount) -%}
    {#- True where a credit is a whole cent or more away from this share (double) of an amount: rounding explains less. -#}
    abs(cast({{ credit }} as double) - {{ share }} * cast({{ amount }} as double)) >= 0.0100001
{%- endmacro %}
