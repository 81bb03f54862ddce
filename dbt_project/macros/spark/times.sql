{# Times in Spark SQL. java.time takes the first of two repeated wall times, and goes forward over a gap, by itself. #}

{% macro spark__to_local(utc, zone) -%}
    convert_timezone('UTC', '{{ zone }}', {{ utc }})
{%- endmacro %}

{% macro spark__to_utc(local, zone) -%}
    convert_timezone('{{ zone }}', 'UTC', {{ local }})
{%- endmacro %}

{% macro spark__span(number, unit) -%}
    interval {{ number }} {{ unit }}
{%- endmacro %}

{% macro spark__days_between(first_day, last_day) -%}
    datediff({{ last_day }}, {{ first_day }})
{%- endmacro %}

{% macro spark__time_to_the_second(utc) -%}
    date_format({{ utc }}, 'yyyy-MM-dd HH:mm:ss')
{%- endmacro %}

{% macro spark__time_key(utc) -%}
    date_format({{ utc }}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS")
{%- endmacro %}

{% macro spark__year_and_month(day) -%}
    date_format({{ day }}, 'yyyy-MM')
{%- endmacro %}

{% macro spark__month_series(first, last) -%}
    lateral (select explode(sequence(cast(date_trunc('month', {{ first }}) as date), {{ last }}, interval 1 month)))
{%- endmacro %}
