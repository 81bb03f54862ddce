{# Spark's windows have no frame whose length is a column: deals meet their comparable ones in a join instead. #}

{% macro spark__measured_against_comparables(line) -%}
    select
        judged.deal_id,
        judged.sales_cycle_days,
        count(comparable.comparable_days) as comparable_count,
        cast(percentile(comparable.comparable_days, 0.5) as decimal(18, 1)) as comparable_median_days
    from {{ line }} as judged
    left join {{ line }} as comparable
        on
            judged.deal_type is not distinct from comparable.deal_type
            and judged.segment is not distinct from comparable.segment
            and comparable.closed_at >= judged.comparable_window_start
            and comparable.closed_at < judged.closed_at
            and comparable.comparable_days is not null
    where judged.deal_id in (select deal_id from touched)
    group by judged.deal_id, judged.sales_cycle_days
{%- endmacro %}
