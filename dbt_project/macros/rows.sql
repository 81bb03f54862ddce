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

{% macro all_but(rows, columns) -%}
    {#- The columns of `rows` without some of them. -#}
    {{ adapter.dispatch('all_but', 'pir')(rows, columns) }}
{%- endmacro %}

{% macro default__all_but(rows, columns) -%}
    {{ rows }}.* exclude ({{ columns | join(', ') }})
{%- endmacro %}

{% macro last_known(value) -%}
    {#- A window function: the last value of the frame that is not null. -#}
    {{ adapter.dispatch('last_known', 'pir')(value) }}
{%- endmacro %}

{% macro default__last_known(value) -%}
    last_value({{ value }} ignore nulls)
{%- endmacro %}

{% macro id_part(column) -%}
    {#- One part of a touchpoint's id: colons inside are escaped, so that joined parts never collide. -#}
    replace(replace({{ column }}, '%', '%25'), ':', '%3A')
{%- endmacro %}

{% macro touchpoint_id(kind, parts) -%}
    {#- A stable text id: the kind and the parts, an empty part where there is none (a candidate without a deal). -#}
    '{{ kind }}' {%- for part in parts %} || ':' || coalesce({{ id_part(part) }}, '') {%- endfor %}
{%- endmacro %}

{% macro judged_lookup(staging, key, others) -%}
    {#-
      The rows of a look-up table with their reasons: those that the source deleted, and of the rows that share a `key`
      all but the greatest in the order of `others`.
    -#}
    with rows_landed as (
        select * from {{ ref(staging) }}
    ),

    rows_live as (
        select * from rows_landed where not is_deleted
    ),

    copies as (
        {{ copy_numbers('rows_live', key, greatest_first('rows_live', others)) }}
    ),

    judged as (
        select
            rows_landed.*,
            {{ names_that_hold([
                ('deleted', 'rows_landed.is_deleted'),
                ('duplicate', 'copies.copy_number > 1'),
            ]) }} as reasons
        from rows_landed
        left join copies on rows_landed.record_id = copies.record_id
    ),

    final as (
        select
            *,
            {{ list_first('reasons') }} as exclusion_reason
        from judged
    )

    select * from final
{%- endmacro %}
