{# Rule 14: how an excluded row is told of. #}

{% macro excluded_rows(table_name, model, key, detail=none) -%}
    {#- The landed rows of a table that its judging excluded by themselves, as lines of the exclusion log. -#}
    select
        '{{ table_name }}' as table_name,
        record_id as row_id,
        {{ key }} as key,
        exclusion_reason as reason,
        reasons as all_reasons,
        {{ detail or 'cast(null as ' ~ dbt.type_string() ~ ')' }} as detail,
        source_record
    from {{ ref(model) }}
    where exclusion_reason is not null
{%- endmacro %}

{% macro used_rows(table_name, model) -%}
    select
        '{{ table_name }}' as table_name,
        count(*) as rows_used
    from {{ ref(model) }}
    where exclusion_reason is null
{%- endmacro %}

{% macro every_landed_table() -%}
    {#- The number of landed rows of each source table. -#}
    {%- for table_name in source_tables() %}
    select
        '{{ table_name }}' as table_name,
        count(*) as row_count
    from {{ source('landed', table_name) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro touchpoint_reasons() -%}
    {#- Rule 9: the reasons of a touchpoint, the first that applies is the one; so the later, the nearer to being used. -#}
    {{- return([
        'unknown_partner', 'unknown_deal', 'unrelated', 'no_deal_in_window', 'unknown_activity_type', 'late_registration',
        'source_conflict', 'missing_timestamp', 'in_future', 'after_close', 'logged_after_close', 'outside_lookback',
        'duplicate',
    ]) -}}
{%- endmacro %}

{% macro reason_rank(reason) -%}
    case {{ reason }}
        {%- for name in touchpoint_reasons() %}
        when '{{ name }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}

{% macro last_by(value, rank) -%}
    {{ adapter.dispatch('last_by', 'pir')(value, rank) }}
{%- endmacro %}

{% macro default__last_by(value, rank) -%}
    arg_max({{ value }}, {{ rank }})
{%- endmacro %}

{% macro union_of_lists(lists) -%}
    {#- An aggregate: every name in any of the lists, once, sorted. -#}
    {{ adapter.dispatch('union_of_lists', 'pir')(lists) }}
{%- endmacro %}

{% macro default__union_of_lists(lists) -%}
    list_sort(list_distinct(flatten(list({{ lists }}))))
{%- endmacro %}

{% macro joined_texts(text, separator, order_by) -%}
    {#- An aggregate: the texts in one, in an order, an empty place at the end. -#}
    {{ adapter.dispatch('joined_texts', 'pir')(text, separator, order_by) }}
{%- endmacro %}

{% macro default__joined_texts(text, separator, order_by) -%}
    string_agg({{ text }}, {{ separator }} order by {{ order_by }})
{%- endmacro %}

{% macro source_tables() -%}
    {{- return([
        'deals', 'deal_stage_history', 'accounts', 'account_integrations', 'partners', 'partner_activities',
        'deal_registrations', 'partner_investments', 'attribution_overrides', 'exchange_rates', 'targets',
    ]) -}}
{%- endmacro %}

{% macro deal_exclusion_detail() -%}
    case exclusion_reason
        when 'deleted' then 'The source has deleted it'
        when 'duplicate' then 'A later row of this deal_id stays'
        when 'no_close_date' then 'It is ' || status || ' without a close date'
        when 'closed_in_future' then 'Its close, ' || {{ time_text('closed_at') }} || ', lies after the as-of time'
        when 'no_amount' then 'It has no amount'
        when 'no_exchange_rate' then 'No rate for ' || currency || ' on the close date'
        when 'negative' then 'Its amount, ' || {{ money_text('amount_original') }} || ' ' || currency || ', is negative'
        when 'below_floor' then {{ money_text('amount') }} || ' is below the floor of {{ floor_amount() }}'
        when 'churned' then 'The revenue left on ' || {{ time_text('churned_at') }}
    end
{%- endmacro %}
