{# Cuts days into months, fiscal quarters and fiscal years. The only place that knows how a fiscal year lies. #}

{# The policy's number; a macro of its own, so that a unit test can set it. #}
{% macro fiscal_year_start_month() %}{{ return(policy('fiscal_year_start_month')) }}{% endmacro %}

{# Months from January to the start of the fiscal year. #}
{% macro fiscal_shift() %}{{ return(fiscal_year_start_month() | int - 1) }}{% endmacro %}

{# First day (date) of the period that holds `day`. The day goes to the first of its month before months are taken off,
   so that no month end is ever clipped. #}
{% macro period_start(day, grain) -%}
    cast(
        date_trunc('{{ grain }}', date_trunc('month', {{ day }}) - interval {{ fiscal_shift() }} month)
        + interval {{ fiscal_shift() }} month as date
    )
{%- endmacro %}

{# Last day (date) of the period that starts on `start`; it belongs to the period. #}
{% macro period_end(start, grain) -%}
    cast({{ start }} + interval {{ {'month': 1, 'quarter': 3, 'year': 12}[grain] }} month - interval 1 day as date)
{%- endmacro %}

{# 2026-10, 2026-Q3, 2026; a fiscal year that starts after January is named after the year in which it ends. #}
{% macro period_label(start, grain) -%}
    {%- set shifted = "(" ~ start ~ " - interval " ~ fiscal_shift() ~ " month)" -%}
    {%- set fiscal_year = "'FY' || (year(" ~ shifted ~ ") + 1)" if fiscal_shift() else "cast(year(" ~ start ~ ") as " ~ dbt.type_string() ~ ")" -%}
    {%- if grain == 'month' -%}
        {{ adapter.dispatch('year_and_month', 'pir')(start) }}
    {%- elif grain == 'quarter' -%}
        {{ fiscal_year }} || '-Q' || quarter({{ shifted }})
    {%- else -%}
        {{ fiscal_year }}
    {%- endif -%}
{%- endmacro %}

{% macro default__year_and_month(day) -%}
    strftime({{ day }}, '%Y-%m')
{%- endmacro %}

{# A table of month starts (timestamps) from `first` to `last`, for a cross join. #}
{% macro month_series(first, last) -%}
    {{ adapter.dispatch('month_series', 'pir')(first, last) }}
{%- endmacro %}

{% macro default__month_series(first, last) -%}
    generate_series(date_trunc('month', {{ first }}), {{ last }}, interval 1 month)
{%- endmacro %}
