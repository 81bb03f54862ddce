{# What two publications are compared on, said once for both sides. #}

{# Measures of mart_executive_summary that deals add up to, each as a sum over deals; ratios follow from them. #}
{% macro summary_measures() -%}
    {%- set revenue = "deals.is_eligible and deals.status = 'won'" -%}
    {%- set lost = "deals.counts_in_rates and deals.status = 'lost'" -%}
    {%- set involved = revenue ~ " and deals.deal_category in ('sourced', 'influenced')" -%}
    {%- set credited = "coalesce(credits.credited, 0)" -%}
    {{- return({
        'total_revenue': "case when " ~ revenue ~ " then deals.amount else 0 end",
        'booked_revenue': "case when deals.counts_as_booked then deals.amount else 0 end",
        'churned_revenue': "case when deals.counts_as_booked and not (" ~ revenue ~ ") then deals.amount else 0 end",
        'sourced_revenue': "case when " ~ revenue ~ " and deals.deal_category = 'sourced' then deals.amount else 0 end",
        'influenced_revenue': "case when " ~ revenue ~ " and deals.deal_category = 'influenced' then deals.amount else 0 end",
        'direct_revenue': "case when " ~ revenue ~ " and deals.deal_category = 'direct' then deals.amount else 0 end",
        'partner_involved_revenue': "case when " ~ involved ~ " then deals.amount else 0 end",
        'credited_amount': credited,
        'credited_direct_amount': "case when deals.deal_category = 'direct' then " ~ credited ~ " else 0 end",
        'unallocated_amount': "case when " ~ involved ~ " then deals.amount else 0 end - case when deals.deal_category = 'direct' then 0 else " ~ credited ~ " end",
        'won_count': "case when " ~ revenue ~ " then 1 else 0 end",
        'lost_count': "case when " ~ lost ~ " then 1 else 0 end",
        'sourced_count': "case when " ~ revenue ~ " and deals.deal_category = 'sourced' then 1 else 0 end",
        'influenced_count': "case when " ~ revenue ~ " and deals.deal_category = 'influenced' then 1 else 0 end",
        'direct_count': "case when " ~ revenue ~ " and deals.deal_category = 'direct' then 1 else 0 end",
        'decided_count': "case when deals.counts_in_rates then 1 else 0 end",
    }) -}}
{%- endmacro %}

{# Of those, the ones that credit under the primary model moves. #}
{% macro credit_measures() -%}
    {{ return(['credited_amount', 'credited_direct_amount', 'unallocated_amount']) }}
{%- endmacro %}

{# The source row behind a candidate touchpoint, as a person looks it up: an activity, a registration, an integration,
   or the deal that names its source partner. #}
{% macro touch_row_id(touches) -%}
    case {{ touches }}.source_table
        when 'deal_registrations' then replace({{ touches }}.details, 'Deal registration ', '')
        when 'deals' then {{ touches }}.deal_id
        when 'partner_activities' then
            replace(replace(split_part({{ touches }}.touchpoint_id, ':', 2), '%3A', ':'), '%25', '%')
        else regexp_replace({{ touches }}.touchpoint_id, '^integration:|:[^:]*$', '', 'g')
    end
{%- endmacro %}

{# Fields of a deal that the rules read, and which of them are times: those are cut anew when the time zone changes. #}
{% macro deal_facts() -%}
    {{ return({
        'account_id': false, 'deal_type': false, 'status': false, 'amount_original': false, 'currency': false,
        'created_at': true, 'closed_at': true, 'source': false, 'segment': false, 'churned_at': true,
        'first_sales_contact_at': true, 'last_stage_change_at': true,
    }) }}
{%- endmacro %}

{# The same for a touchpoint: what its source row says. #}
{% macro touch_facts() -%}
    {{ return({
        'partner_id': false, 'account_id': false, 'activity_type': false, 'occurred_at': true, 'logged_at': true,
        'engagement_depth': false,
    }) }}
{%- endmacro %}

{# What the rules made of a touchpoint; none of it is a time. #}
{% macro touch_judgements() -%}
    {{ return({
        'influence_type': false, 'weight': false, 'is_eligible': false, 'exclusion_reason': false,
        'stage_at_touch': false, 'outcome': false,
    }) }}
{%- endmacro %}

{# One row per row of `rows` and field whose old_ and new_ value differ: those columns, field, is_time and both values. #}
{% macro field_changes(rows, fields) -%}
    select *
    from (
        select
            *,
            unnest([
                {%- for field, is_time in fields.items() %}
                {
                    'field': '{{ field }}',
                    'is_time': {{ is_time }},
                    'old_value': cast(old_{{ field }} as varchar),
                    'new_value': cast(new_{{ field }} as varchar)
                }{{ "," if not loop.last }}
                {%- endfor %}
            ], recursive := true)
        from {{ rows }}
    )
    where old_value is distinct from new_value
{%- endmacro %}

{# A touchpoint whose time lies after its deal's close, or was still to come, on this side: old or new. #}
{% macro lies_outside(side) -%}
    (not is_in_{{ side }} or coalesce({{ side }}_exclusion_reason in ('after_close', 'in_future'), false))
{%- endmacro %}
