-- What is drawn over time: shares of revenue, and win rates with and without a partner.
{%- set groups = {'partner': "deal_category in ('sourced', 'influenced')", 'direct': "deal_category = 'direct'"} %}
with
summary as (
    select * from {{ ref('mart_executive_summary') }}
),

period_months as (
    select * from {{ ref('int_period_month') }}
    where is_reported
),

by_month as (
    select
        {% for group, condition in groups.items() %}
            count(*) filter (where {{ condition }} and status = 'won') as {{ group }}_won_count,
            count(*) filter (where {{ condition }}) as {{ group }}_decided_count,
        {% endfor %}
        {{ period_start('close_date', 'month') }} as month_start
    from {{ ref('dim_deal') }}
    where counts_in_rates
    group by all
),

rates as (
    select
        {% for group in groups %}
            cast(coalesce(sum(by_month.{{ group }}_won_count), 0) as bigint) as {{ group }}_won_count,
            cast(coalesce(sum(by_month.{{ group }}_decided_count), 0) as bigint) as {{ group }}_decided_count,
        {% endfor %}
        cut.period_grain,
        cut.period_start
    from period_months as cut
    left join by_month on cut.month_start = by_month.month_start
    group by cut.period_grain, cut.period_start
),

final as (
    select
        summary.period_grain,
        summary.period_start,
        summary.period_end,
        summary.period_label,
        summary.is_complete,
        summary.total_revenue,
        summary.sourced_share,
        summary.influenced_share,
        summary.partner_involved_share,
        {% for group in groups %}
            {% set won = 'rates.' ~ group ~ '_won_count' %}
            {% set decided = 'rates.' ~ group ~ '_decided_count' %}
            {{ ratio(won, decided) }} as win_rate_{{ group }},
            {{ wilson(won, decided, '-') }} as win_rate_{{ group }}_low,
            {{ wilson(won, decided, '+') }} as win_rate_{{ group }}_high,
            {{ won }},
            {{ decided }},
            {{ is_small_sample(decided) }} as is_small_sample_{{ group }},
        {% endfor %}
        summary.partner_involved_revenue
    from summary
    inner join rates on summary.period_grain = rates.period_grain and summary.period_start = rates.period_start
)

select * from final
