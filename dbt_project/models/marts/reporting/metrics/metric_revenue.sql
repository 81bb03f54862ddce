{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- Metrics of revenue and its cost, from the marts that publish them.
with
summary as (
    select * from {{ ref('mart_executive_summary') }}
),

costs as (
    select * from {{ ref('mart_acquisition_cost') }}
),

returns as (
    select
        summary.period_grain,
        summary.period_start,
        summary.sourced_count,
        {{ ratio('summary.sourced_revenue', 'costs.sourced_cost_amount') }} as roi,
        case costs.sourced_reason
            when 'no_partner_investments' then 'no partner_investments data'
            when 'unconverted_cost' then 'some costs have no exchange rate or no amount'
            when 'no_cost' then 'no programme cost in this period'
        end as reason
    from summary
    inner join costs on summary.period_grain = costs.period_grain and summary.period_start = costs.period_start
),

grown as (
    select
        *,
        lag(roi) over (partition by period_grain order by period_start) as prior_roi
    from returns
),

final as (
    select
        period_grain,
        period_start,
        'revenue' as metric,
        {{ metric_value('total_revenue') }} as figure,
        won_count as n,
        null as reason
    from summary
    {% for measure in ['partner_involved', 'sourced'] %}
        union all
        select
            period_grain,
            period_start,
            '{{ measure }}_share' as metric,
            {{ metric_value(measure ~ '_share') }} as figure,
            won_count as n,
            case when {{ measure }}_share is null then 'no net revenue in this period' end as reason
        from summary
    {% endfor %}
    union all
    select
        period_grain,
        period_start,
        'programme_roi' as metric,
        {{ metric_value('roi') }} as figure,
        sourced_count as n,
        reason
    from grown
    union all
    select
        period_grain,
        period_start,
        'programme_roi_growth' as metric,
        {{ metric_value(change_ratio('roi', 'prior_roi')) }} as figure,
        sourced_count as n,
        coalesce(reason, case when coalesce(prior_roi, 0) = 0 then 'no ROI of the period before to compare with' end)
            as reason
    from grown
)

select * from final
