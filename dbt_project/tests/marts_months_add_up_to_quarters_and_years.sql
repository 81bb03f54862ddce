{{ config(tags=['credits']) }}
-- Every amount that may be added up over time does: the months of a quarter or year sum to it, in every mart.
-- Also fails where there are no periods.
{%- set marts = {
    'mart_executive_summary': {'columns': ['total_revenue', 'booked_revenue', 'sourced_revenue', 'won_count', 'lost_count'], 'subject': "''"},
    'mart_trend': {'columns': ['partner_involved_revenue', 'partner_decided_count', 'direct_decided_count'], 'subject': "''"},
    'mart_deal_velocity': {'columns': ['decided_count', 'won_count', 'deal_size_count'], 'subject': 'deal_group'},
    'mart_pipeline': {'columns': ['open_count', 'open_amount', 'overdue_count'], 'subject': 'deal_category'},
    'mart_partner_influence': {'columns': ['credit_amount', 'deal_count', 'decided_count', 'activity_count'], 'subject': "model || '|' || partner_id"},
    'mart_tier_influence': {'columns': ['credit_amount', 'deal_count'], 'subject': "model || '|' || tier"},
    'mart_channel_mix': {'columns': ['credit_amount', 'deal_count', 'touchpoint_count'], 'subject': "model || '|' || partner_type || '|' || influence_type"},
    'mart_acquisition_cost': {'columns': ['sourced_booked_revenue', 'direct_booked_revenue', 'sourced_won_count'], 'subject': "''"},
    'mart_partner_influence_type': {'columns': ['credit_amount', 'touchpoint_count'], 'subject': "model || '|' || partner_id || '|' || influence_type"},
    'mart_influence_type': {'columns': ['credit_amount', 'deal_count', 'touchpoint_count'], 'subject': "model || '|' || influence_type"},
} %}
with
{% for mart, spec in marts.items() %}
    {{ mart }}_rows as (
        select
            period_grain,
            period_start,
            period_end,
            {{ spec['subject'] }} as subject,
            {{ spec['columns'] | join(' + ') }} as figure
        from {{ ref(mart) }}
    ),
{% endfor %}

spans as (
    {% for mart in marts %}
        select
            period_grain,
            period_start,
            period_end
        from {{ mart }}_rows
        where period_grain <> 'month'
        {{ 'union' if not loop.last }}
    {% endfor %}
),

{% for mart in marts %}
    {{ mart }}_whole as (
        select
            period_grain,
            period_start,
            subject,
            sum(figure) as figure
        from {{ mart }}_rows
        where period_grain <> 'month'
        group by period_grain, period_start, subject
    ),

    {{ mart }}_months as (
        select
            spans.period_grain,
            spans.period_start,
            months.subject,
            sum(months.figure) as figure
        from spans
        inner join {{ mart }}_rows as months
            on months.period_grain = 'month' and months.period_start between spans.period_start and spans.period_end
        group by spans.period_grain, spans.period_start, months.subject
    ),
{% endfor %}

wrong as (
    {% for mart in marts %}
        select
            '{{ mart }}' as mart,
            whole.period_grain,
            whole.period_start,
            whole.subject
        from {{ mart }}_whole as whole
        full join {{ mart }}_months as months
            on
                whole.period_grain = months.period_grain
                and whole.period_start = months.period_start
                and whole.subject = months.subject
        where whole.figure is distinct from months.figure
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from wrong
union all
select
    'no periods' as mart,
    null as period_grain,
    null as period_start,
    null as subject
where not exists (select 1 from mart_executive_summary_rows)
