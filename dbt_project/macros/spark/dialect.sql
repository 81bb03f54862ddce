{#
  What Spark SQL says otherwise. Sessions run with time zone UTC and TIMESTAMP meaning TIMESTAMP_NTZ (naive, as stored),
  and multiply decimals without losing places: see orchestration/spark/session.py.
#}

{% macro spark__names_that_hold(named_conditions) -%}
    case
        when {% for name, condition in named_conditions %}({{ condition }}){{ " or " if not loop.last }}{% endfor %} then filter(array(
            {%- for name, condition in named_conditions %}
            case when {{ condition }} then '{{ name }}' end {{- "," if not loop.last }}
            {%- endfor %}
        ), name -> name is not null)
        else {{ no_names() }}
    end
{%- endmacro %}

{% macro spark__no_names() -%}
    cast(array() as array<string>)
{%- endmacro %}

{% macro spark__list_has(list, value) -%}
    coalesce(array_contains({{ list }}, {{ value }}), false)
{%- endmacro %}

{% macro spark__list_first(list) -%}
    try_element_at({{ list }}, 1)
{%- endmacro %}

{% macro spark__list_join(first, second) -%}
    concat({{ first }}, {{ second }})
{%- endmacro %}

{% macro spark__list_text(list) -%}
    array_join({{ list }}, ', ')
{%- endmacro %}

{% macro spark__union_of_lists(lists) -%}
    array_sort(array_distinct(flatten(collect_list({{ lists }}))))
{%- endmacro %}

{% macro spark__last_by(value, rank) -%}
    max_by({{ value }}, {{ rank }})
{%- endmacro %}

{% macro spark__joined_texts(text, separator, order_by) -%}
    string_agg({{ text }}, {{ separator }}) within group (order by {{ order_by }} asc nulls last)
{%- endmacro %}

{% macro spark__all_but(rows, columns) -%}
    {{ rows }}.* except ({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__last_known(value) -%}
    last_value({{ value }}) ignore nulls
{%- endmacro %}

{% macro spark__sql_text(value) -%}
    '{{ value | replace("\\", "\\\\") | replace("'", "''") }}'
{%- endmacro %}

{% macro spark__money_text(amount) -%}
    format_number(cast({{ amount }} as double), 2)
{%- endmacro %}
