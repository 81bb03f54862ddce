{# Spark's own views on what was landed: DuckDB's lie in a file that Spark does not read. #}

{% macro create_landed_views() -%}
    {#- One view for each line of the JSON file that orchestration wrote for this run: a name and a SELECT. -#}
    {%- if execute and target.type == 'spark' -%}
        {%- do run_query('create schema if not exists landed') -%}
        {%- set views = run_query('select name, query from json.`' ~ env_var('PIR_SPARK_LANDED') ~ '`') -%}
        {%- for view in views -%}
            {%- do run_query('create or replace view landed.' ~ view[0] ~ ' as ' ~ view[1]) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
