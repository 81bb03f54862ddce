{# Which of several rows stays, and how a row is named. Never by the order rows arrived in. #}

{% macro greatest_first(rows, columns) -%}
    {#- Orders rows by these columns, the greatest row first, an empty value below every other. -#}
    {%- for column in columns -%}
        {{ rows }}.{{ column }} desc nulls last {{- ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro copy_numbers(rows, key, order_by) -%}
    {#-
      Numbers the rows that share a key: 1 stays. Rows with a key of their own are left out: copies are few, and ordering
      every row by every column would cost more than the rest of the model. `rows` needs a `record_id` to join on.
    -#}
    select
        {{ rows }}.record_id,
        row_number() over (
            partition by {% for column in key %}{{ rows }}.{{ column }}{{ ", " if not loop.last }}{% endfor %}
            order by {{ order_by }}, {{ rows }}.record_id desc
        ) as copy_number
    from {{ rows }}
    inner join (
        select {{ key | join(', ') }}
        from {{ rows }}
        group by {{ key | join(', ') }}
        having count(*) > 1
    ) as repeated
        on {% for column in key -%}
            {{ rows }}.{{ column }} is not distinct from repeated.{{ column }} {{- " and " if not loop.last }}
        {%- endfor %}
{%- endmacro %}

{% macro id_part(column) -%}
    {#- One part of a touchpoint's id: colons inside are escaped, so that joined parts never collide. -#}
    replace(replace({{ column }}, '%', '%25'), ':', '%3A')
{%- endmacro %}

{% macro touchpoint_id(kind, parts) -%}
    {#- A stable text id: the kind and the parts, an empty part where there is none (a candidate without a deal). -#}
    '{{ kind }}' {%- for part in parts %} || ':' || coalesce({{ id_part(part) }}, '') {%- endfor %}
{%- endmacro %}
