-- What one unit of booked revenue cost: the programme for what partners sourced, direct demand for what came direct.
-- Cost and revenue of the same period; what a cost brings in later periods is not traced.
{%- set groups = {'sourced': 'programme', 'direct': 'direct_demand'} %}
with
landed as (
    select is_available from {{ source('landed', 'landed_table') }}
    where table_name = 'partner_investments'
),

costs_by_month as (
    select
        period_month as month_start,
        sum(amount) filter (where coalesce(category, '') <> 'direct_demand_gen') as programme_cost,
        sum(amount) filter (where category = 'direct_demand_gen') as direct_demand_cost,
        count(*) filter (where amount is null and coalesce(category, '') <> 'direct_demand_gen')
            as programme_unconverted,
        count(*) filter (where amount is null and category = 'direct_demand_gen') as direct_demand_unconverted
    from {{ ref('int_partner_cost') }}
    group by period_month
),

revenue_by_month as (
    select
        {% for group in groups %}
            sum(amount) filter (where deal_category = '{{ group }}') as {{ group }}_booked,
            count(*) filter (where deal_category = '{{ group }}') as {{ group }}_won,
            sum(amount) filter (where deal_category = '{{ group }}' and deal_type = 'new_business')
                as {{ group }}_new_booked,
        {% endfor %}
        {{ period_start('close_date', 'month') }} as month_start
    from {{ ref('dim_deal') }}
    where counts_as_booked
    group by all
),

summed as (
    select
        cut.period_grain,
        cut.period_start,
        cut.period_end,
        cut.period_label,
        {% for group, cost in groups.items() %}
            coalesce(sum(costs.{{ cost }}_cost), 0) as {{ group }}_cost,
            coalesce(sum(costs.{{ cost }}_unconverted), 0) as {{ group }}_unconverted,
            coalesce(sum(revenue.{{ group }}_booked), 0) as {{ group }}_booked,
            coalesce(sum(revenue.{{ group }}_new_booked), 0) as {{ group }}_new_booked,
            coalesce(sum(revenue.{{ group }}_won), 0) as {{ group }}_won,
        {% endfor %}
        cut.is_complete
    from {{ ref('int_period_month') }} as cut
    left join costs_by_month as costs on cut.month_start = costs.month_start
    left join revenue_by_month as revenue on cut.month_start = revenue.month_start
    where cut.is_reported
    group by cut.period_grain, cut.period_start, cut.period_end, cut.period_label, cut.is_complete
),

judged as (
    select
        summed.*,
        {% for group in groups %}
            case
                when not landed.is_available then 'no_partner_investments'
                when summed.{{ group }}_unconverted > 0 then 'unconverted_cost'
                when summed.{{ group }}_cost = 0 then 'no_cost'
                when summed.{{ group }}_booked <= 0 then 'no_revenue'
            end as {{ group }}_reason,
            case when landed.is_available and summed.{{ group }}_unconverted = 0 then summed.{{ group }}_cost end
                as {{ group }}_known_cost,
        {% endfor %}
        landed.is_available
    from summed
    cross join landed
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        period_label,
        is_complete,
        {% for group in groups %}
            cast({{ group }}_known_cost as decimal(18, 2)) as {{ group }}_cost_amount,
            case when is_available then cast({{ group }}_unconverted as bigint) end as {{ group }}_unconverted_count,
            cast({{ group }}_booked as decimal(18, 2)) as {{ group }}_booked_revenue,
            cast({{ group }}_new_booked as decimal(18, 2)) as {{ group }}_new_booked_revenue,
            cast({{ group }}_won as bigint) as {{ group }}_won_count,
            case when {{ group }}_reason is null then {{ ratio(group ~ '_known_cost', group ~ '_booked') }} end
                as {{ group }}_cost_per_unit,
            case
                when coalesce({{ group }}_reason, 'no_revenue') = 'no_revenue'
                    then {{ ratio(group ~ '_known_cost', group ~ '_new_booked') }}
            end as {{ group }}_cost_per_new_unit,
            case when {{ group }}_reason is null then {{ mean_money(group ~ '_known_cost', group ~ '_won') }} end
                as {{ group }}_cost_per_deal,
            {{ group }}_reason,
        {% endfor %}
        {{ ratio('sourced_cost_per_unit', 'direct_cost_per_unit') }} as cost_ratio
    from judged
)

select * from final
