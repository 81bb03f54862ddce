{# Rule 11: a deal's sales cycle beside those of comparable deals. #}

{% macro measured_against_comparables(line) -%}
    {#-
      The deals of `line` with the count and the median of `comparable_days` over the deals of their type and segment
      that closed since their `comparable_window_start` and before them.
    -#}
    {{ adapter.dispatch('measured_against_comparables', 'pir')(line) }}
{%- endmacro %}

{% macro default__measured_against_comparables(line) -%}
    select
        deal_id,
        sales_cycle_days,
        count(comparable_days) over comparable as comparable_count,
        cast(median(comparable_days) over comparable as decimal(18, 1)) as comparable_median_days
    from (select *, closed_at - comparable_window_start as looks_back from {{ line }}) as looking
    window comparable as (
        partition by deal_type, segment
        order by closed_at
        range between looks_back preceding and interval 1 microsecond preceding
    )
{%- endmacro %}
