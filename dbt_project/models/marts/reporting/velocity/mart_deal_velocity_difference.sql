-- What partner deals differ by from direct ones: as they are, and within deal type and segment, where like meets like.
{%- set won = ['partner_total', 'partner_count', 'direct_total', 'direct_count'] %}
{%- set spread = [
    'partner_mean', 'partner_count', 'partner_variance', 'direct_mean', 'direct_count', 'direct_variance'
] %}
with
periods as (
    select * from {{ ref('int_period') }}
),

compared as (
    select
        period_grain,
        period_start,
        deal_group,
        measure,
        cast(sum(partner_count) as bigint) as partner_count,
        cast(sum(direct_count) as bigint) as direct_count,
        {{ ratio('sum(partner_total)', 'sum(partner_count)') }} as partner_mean,
        {{ ratio('sum(direct_total)', 'sum(direct_count)') }} as direct_mean,
        count(*) filter (where partner_count > 0 and direct_count > 0) as stratum_count,
        cast(coalesce(sum(partner_count) filter (where direct_count > 0), 0) as bigint) as compared_partner_count,
        cast(coalesce(sum(direct_count) filter (where partner_count > 0), 0) as bigint) as compared_direct_count,
        {% for end, sign in [('low', '-'), ('high', '+')] %}
            case
                when measure = 'win_rate' then {{ stratified_rate_interval(won, sign) }}
                else {{ stratified_interval(spread, sign) }}
            end as adjusted_difference_{{ end }},
        {% endfor %}
        {{ stratified_difference('partner_mean', 'partner_count', 'direct_mean', 'direct_count') }}
            as adjusted_difference
    from {{ ref('velocity_stratum') }}
    group by period_grain, period_start, deal_group, measure
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.period_label,
        periods.is_complete,
        compared.deal_group,
        compared.measure,
        compared.partner_count,
        compared.direct_count,
        compared.partner_mean,
        compared.direct_mean,
        compared.partner_mean - compared.direct_mean as difference,
        compared.stratum_count,
        compared.compared_partner_count,
        compared.compared_direct_count,
        compared.adjusted_difference,
        compared.adjusted_difference_low,
        compared.adjusted_difference_high,
        {{ is_small_sample('least(compared.compared_partner_count, compared.compared_direct_count)') }}
            as is_small_sample
    from compared
    inner join periods on compared.period_grain = periods.period_grain and compared.period_start = periods.period_start
)

select * from final
