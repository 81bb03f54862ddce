{# Lists of text, and what SQL dialects disagree about in them. #}

{% macro names_that_hold(named_conditions) -%}
    {#-
      The names of the conditions that are true, in the order given. `named_conditions` is a list of (name, SQL).
      Lists are built only for the few rows where any holds: over millions of rows that is most of the cost.
    -#}
    {{ adapter.dispatch('names_that_hold', 'pir')(named_conditions) }}
{%- endmacro %}

{% macro default__names_that_hold(named_conditions) -%}
    case
        when {% for name, condition in named_conditions %}({{ condition }}){{ " or " if not loop.last }}{% endfor %} then list_filter([
            {%- for name, condition in named_conditions %}
            case when {{ condition }} then '{{ name }}' end {{- "," if not loop.last }}
            {%- endfor %}
        ], lambda name: name is not null)
        else {{ no_names() }}
    end
{%- endmacro %}

{% macro list_has(list, value) -%}
    {{ adapter.dispatch('list_has', 'pir')(list, value) }}
{%- endmacro %}

{% macro default__list_has(list, value) -%}
    coalesce(list_contains({{ list }}, {{ value }}), false)
{%- endmacro %}

{% macro list_first(list) -%}
    {#- The first element; null of an empty list. -#}
    {{ adapter.dispatch('list_first', 'pir')(list) }}
{%- endmacro %}

{% macro default__list_first(list) -%}
    {{ list }}[1]
{%- endmacro %}

{% macro list_join(first, second) -%}
    {{ adapter.dispatch('list_join', 'pir')(first, second) }}
{%- endmacro %}

{% macro default__list_join(first, second) -%}
    list_concat({{ first }}, {{ second }})
{%- endmacro %}

{% macro list_text(list) -%}
    {{ adapter.dispatch('list_text', 'pir')(list) }}
{%- endmacro %}

{% macro default__list_text(list) -%}
    array_to_string({{ list }}, ', ')
{%- endmacro %}

{% macro no_names() -%}
    {{ adapter.dispatch('no_names', 'pir')() }}
{%- endmacro %}

{% macro default__no_names() -%}
    cast([] as varchar[])
{%- endmacro %}
