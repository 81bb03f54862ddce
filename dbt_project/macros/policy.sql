{#
  The numbers of rules 1 to 14, each from the policy that the run was given and from nowhere else.
  One macro per number, so that a unit test can set a single one. They return values, not SQL.
#}

{% macro policy(path) -%}
    {#- The policy's value at a dotted path; a path that it lacks stops the build, rather than becoming null. -#}
    {%- set found = namespace(value=var('policy')) -%}
    {%- for part in path.split('.') -%}
        {%- if part not in found.value -%}
            {{- exceptions.raise_compiler_error('The policy has no ' ~ path) -}}
        {%- endif -%}
        {%- set found.value = found.value[part] -%}
    {%- endfor -%}
    {{- return(found.value) -}}
{%- endmacro %}

{% macro time_zone() %}{{ return(policy('time_zone')) }}{% endmacro %}
{% macro reporting_currency() %}{{ return(policy('reporting_currency')) }}{% endmacro %}

{# Reporting currency; exactly the floor stays. #}
{% macro floor_amount() %}{{ return(policy('deals.floor_amount')) }}{% endmacro %}
{% macro exclude_churned() %}{{ return(policy('deals.exclude_churned')) }}{% endmacro %}

{# Calendar months before the close. #}
{% macro lookback_months() %}{{ return(policy('touchpoints.lookback_months')) }}{% endmacro %}
{# Days that a registration, or an activity on an account, may precede a deal's creation. #}
{% macro registration_days() %}{{ return(policy('touchpoints.registration_days')) }}{% endmacro %}
{% macro account_activity_days() %}{{ return(policy('touchpoints.account_activity_days')) }}{% endmacro %}
{% macro exclude_logged_after_close() %}{{ return(policy('touchpoints.exclude_logged_after_close')) }}{% endmacro %}

{# Days in which a stage change counts as following a touchpoint. #}
{% macro forward_days() %}{{ return(policy('influence.forward_days')) }}{% endmacro %}
{% macro shorter_share() %}{{ return(policy('influence.accelerated.shorter_share')) }}{% endmacro %}
{% macro comparable_months() %}{{ return(policy('influence.accelerated.comparable_months')) }}{% endmacro %}
{% macro comparable_deals() %}{{ return(policy('influence.accelerated.comparable_deals')) }}{% endmacro %}
{% macro integration_weight_unknown() %}{{ return(policy('influence.integration_weight_unknown')) }}{% endmacro %}
{% macro stage_progress_map() %}{{ return(policy('influence.stage_progress')) }}{% endmacro %}
{% macro weight_bands() %}{{ return(policy('influence.weight_bands')) }}{% endmacro %}

{# Decided deals from which a partner is a channel of its own, where channels are partners. #}
{% macro partner_decided_deals() %}{{ return(policy('models.learned.partner_decided_deals')) }}{% endmacro %}

{% macro channel(influence_type, partner_type, experienced_partner) -%}
    {#- What the learned models tell apart. A partner too new to be judged alone shares its type's channel. -#}
    {%- set by_type = "coalesce(" ~ partner_type ~ ", 'unknown') || ': ' || " ~ influence_type -%}
    {%- set kind = policy('models.learned.channel') -%}
    {%- if kind == 'influence_type' -%} {{ influence_type }}
    {%- elif kind == 'partner' -%} coalesce({{ experienced_partner }}, {{ by_type }})
    {%- else -%} {{ by_type }}
    {%- endif -%}
{%- endmacro %}

{% macro stage_progress(stage) -%}
    {#- The progress, 0 to 1, of a stage; null for a stage that the policy does not list. -#}
    cast(
        case {{ stage }}
            {%- for name, progress in stage_progress_map().items() %}
            when {{ sql_text(name) }} then {{ progress }}
            {%- endfor %}
        end as double
    )
{%- endmacro %}

{% macro band_low(influence_type) -%}
    {{ _band_edge(influence_type, 0) }}
{%- endmacro %}

{% macro band_high(influence_type) -%}
    {{ _band_edge(influence_type, 1) }}
{%- endmacro %}

{% macro _band_edge(influence_type, edge) -%}
    cast(
        case {{ influence_type }}
            {%- for name, band in weight_bands().items() %}
            when '{{ name }}' then {{ band[edge] }}
            {%- endfor %}
        end as double
    )
{%- endmacro %}

{% macro accelerated_weight(place) -%}
    {#- What acceleration adds to a co-sell weight, by the place (0 to 1) in its band. -#}
    {%- set band = weight_bands()['accelerated'] -%}
    (cast({{ band[0] }} as double) + {{ place }} * (cast({{ band[1] }} as double) - cast({{ band[0] }} as double)))
{%- endmacro %}

{% macro sql_text(value) -%}
    {{ adapter.dispatch('sql_text', 'pir')(value) }}
{%- endmacro %}

{% macro default__sql_text(value) -%}
    '{{ value | replace("'", "''") }}'
{%- endmacro %}
