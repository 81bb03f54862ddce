{# What the programme is measured by: the metrics of mart_program_metrics, in the order of lists. #}

{# Unit of each metric: share (0.1 = 10 %), points (difference of shares), times, hours, count or money. #}
{% macro program_metric_units() -%}
    {{ return({
        'revenue': 'money',
        'partner_involved_share': 'share',
        'sourced_share': 'share',
        'win_rate_lift': 'points',
        'programme_roi': 'times',
        'programme_roi_growth': 'share',
        'pipeline_coverage': 'times',
        'tagged_share': 'share',
        'signal_coverage_share': 'share',
        'category_agreement_share': 'share',
        'hours_to_attribution': 'hours',
        'hours_to_attribution_p95': 'hours',
        'partner_activation_share': 'share',
        'active_partners': 'count',
        'influence_per_partner': 'money',
        'hours_to_registration_decision': 'hours',
        'hours_to_registration_decision_p95': 'hours',
    }) }}
{%- endmacro %}

{# What each metric means, in words. #}
{% macro program_metric_definitions() -%}
    {{ return({
        'revenue': 'Net revenue: amounts of won, eligible deals closed in the period, without churned ones.',
        'partner_involved_share': 'Net revenue of deals that partners sourced or influenced, divided by net revenue.',
        'sourced_share': 'Net revenue of deals that partners sourced, divided by net revenue.',
        'win_rate_lift': 'Win rate of decided deals with a partner less that of all decided deals; mix of deals included.',
        'programme_roi': 'Net sourced revenue divided by the cost of the programme, without direct demand generation.',
        'programme_roi_growth': 'Programme ROI less that of the period before, divided by that of the period before.',
        'pipeline_coverage': 'Amount of open deals expected to close in the period, overdue ones included, divided by the revenue target.',
        'tagged_share': 'Decided deals whose category people entered in the CRM, divided by decided deals.',
        'signal_coverage_share': 'Decided deals with a touchpoint that counts, divided by decided deals with any partner signal, counted or excluded.',
        'category_agreement_share': 'Decided deals whose category as people entered it is the computed one, divided by those that they entered one for.',
        'hours_to_attribution': 'Median hours from the close of decided deals to the as-of time of the first published run after it; only deals that closed after the first run on record.',
        'hours_to_attribution_p95': 'The same hours that 95 of 100 deals did not exceed.',
        'partner_activation_share': 'Partners that did something within the first days after joining that the policy gives, divided by those whose last such day lies in the period.',
        'active_partners': 'Partners with an activity, registration or referral in the period, or a touchpoint that counts on a deal won in it.',
        'influence_per_partner': 'Credit under the primary model divided by partners with credit.',
        'hours_to_registration_decision': 'Median hours from submission to decision of deal registrations that were decided in the period.',
        'hours_to_registration_decision_p95': 'The same hours that 95 of 100 registrations did not exceed.',
    }) }}
{%- endmacro %}

{# The policy's target of a metric, and what the metric must be: above, at_least or at_most. #}
{% macro target_value(metric) -%}
    {%- set value = policy('targets.' ~ metric ~ '.value') -%}
    {{ return('null' if value is none else value) }}
{%- endmacro %}

{% macro target_rule(metric) -%}
    {{ return(policy('targets.' ~ metric ~ '.must_be')) }}
{%- endmacro %}

{# A metric as it is published: exact for money, ten digits for everything else. #}
{% macro metric_value(figure) -%}
    cast({{ figure }} as decimal(28, 10))
{%- endmacro %}

{% macro delivered_targets(periods, targets) -%}
    {#-
      Targets that were delivered, by period of `periods` and metric: the row of just that period; else, for revenue, the
      sum of rows that together cover it; else, for the others, the row of the shortest longer period that holds it.
    -#}
    select
        periods.period_grain,
        periods.period_start,
        targets.metric,
        coalesce(
            max(targets.value) filter (
                where targets.period_start = periods.period_start and targets.period_end = periods.period_end
            ),
            case
                when targets.metric = 'revenue' and sum(targets.period_end - targets.period_start + 1) filter (
                    where targets.period_start >= periods.period_start and targets.period_end <= periods.period_end
                ) = any_value(periods.period_end - periods.period_start + 1)
                    then sum(targets.value) filter (
                        where targets.period_start >= periods.period_start and targets.period_end <= periods.period_end
                    )
                when targets.metric <> 'revenue' then first(
                    targets.value order by targets.period_end - targets.period_start asc, targets.period_start desc
                ) filter (
                    where targets.period_start <= periods.period_start and targets.period_end >= periods.period_end
                )
            end
        ) as target_value
    from {{ periods }} as periods
    inner join {{ targets }} as targets
        on targets.period_start <= periods.period_end and targets.period_end >= periods.period_start
    group by periods.period_grain, periods.period_start, targets.metric
{%- endmacro %}
