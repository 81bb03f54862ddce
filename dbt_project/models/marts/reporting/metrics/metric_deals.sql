{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- Metrics that are rates over the decided deals of a period.
{%- set shares = [
    ('tagged_share', 'tagged', 'decided', 'no decided deal'),
    ('signal_coverage_share', 'covered', 'with_signal', 'no deal with a signal'),
    ('category_agreement_share', 'agreeing', 'tagged', 'no tagged deal'),
] %}
with
months as (
    select * from {{ ref('int_period_month') }}
    where is_reported
),

signalled as (
    select distinct deal_id from {{ ref('fct_touchpoint') }}
    where deal_id is not null and origin <> 'override'
),

by_month as (
    select
        {{ period_start('deals.close_date', 'month') }} as month_start,
        count(*) as decided,
        count(*) filter (where trim(deals.reported_category) <> '') as tagged,
        count(*) filter (where lower(trim(deals.reported_category)) = deals.deal_category) as agreeing,
        count(*) filter (where signalled.deal_id is not null) as with_signal,
        count(*) filter (where signalled.deal_id is not null and deals.touchpoint_count > 0) as covered,
        count(*) filter (where deals.status = 'won') as won,
        count(*) filter (where deals.deal_category <> 'direct') as partner,
        count(*) filter (where deals.deal_category <> 'direct' and deals.status = 'won') as partner_won
    from {{ ref('dim_deal') }} as deals
    left join signalled on deals.deal_id = signalled.deal_id
    where deals.counts_in_rates
    group by all
),

by_period as (
    select
        months.period_grain,
        months.period_start,
        {% for name in ['decided', 'tagged', 'agreeing', 'with_signal', 'covered', 'won', 'partner'] %}
            cast(coalesce(sum(by_month.{{ name }}), 0) as bigint) as {{ name }},
        {% endfor %}
        cast(coalesce(sum(by_month.partner_won), 0) as bigint) as partner_won
    from months
    left join by_month on months.month_start = by_month.month_start
    group by months.period_grain, months.period_start
),

rates as (
    {% for metric, part, whole, lacking in shares %}
        select
            period_grain,
            period_start,
            '{{ metric }}' as metric,
            {{ part }} as part,
            {{ whole }} as n,
            '{{ lacking }}' as lacking
        from by_period
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Partner deals are part of all deals: the lift above average is the difference from direct deals, times their share.
lifts as (
    select
        {% for end, sign in [('low', '-'), ('high', '+')] %}
            {{ stratified_rate_interval(['partner_won', 'partner', 'won - partner_won', 'decided - partner'], sign) }}
                as {{ end }},
        {% endfor %}
        period_grain,
        period_start,
        any_value(partner) as n,
        any_value({{ ratio('partner_won', 'partner') }} - {{ ratio('won', 'decided') }}) as figure,
        any_value({{ ratio('decided - partner', 'decided') }}) as direct_share
    from by_period
    group by period_grain, period_start
),

final as (
    select
        period_grain,
        period_start,
        metric,
        {{ metric_value(ratio('part', 'n')) }} as figure,
        n,
        {{ wilson('part', 'n', '-') }} as figure_low,
        {{ wilson('part', 'n', '+') }} as figure_high,
        case when n = 0 then lacking end as reason
    from rates
    union all
    select
        period_grain,
        period_start,
        'win_rate_lift' as metric,
        {{ metric_value('figure') }} as figure,
        n,
        low * direct_share as figure_low,
        high * direct_share as figure_high,
        case when n = 0 then 'no decided deal with a partner' end as reason
    from lifts
)

select * from final
