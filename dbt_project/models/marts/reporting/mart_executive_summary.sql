-- Revenue by period and category, with changes. Summed by month, rolled up, then set against earlier periods.
{%- set revenues = ['total', 'booked', 'churned', 'sourced', 'influenced', 'direct', 'partner_involved'] %}
{%- set counts = [
    'won_count', 'lost_count', 'sourced_count', 'influenced_count', 'direct_count', 'decided_count',
    'decided_won_count', 'sources_outside_lookback_count', 'integrations_outside_window_count'
] %}
with
deals as (
    select
        *,
        is_eligible and status = 'won' as is_revenue,
        {{ period_start('close_date', 'month') }} as month_start
    from {{ ref('dim_deal') }}
),

source_outside as (
    select deal_id from {{ ref('int_deal_category') }}
    where sourced_taken_out_by_lookback
),

integration_outside as (
    select distinct deal_id from {{ ref('fct_touchpoint') }}
    where origin = 'integration' and exclusion_reason = 'outside_lookback'
),

primary_model as (
    select
        model,
        is_additive
    from {{ source('engine', 'model_run') }}
    where model = '{{ primary_model() }}'
),

credits as (
    select
        credit.deal_id,
        sum(credit.credit_amount) as credited
    from {{ ref('fct_partner_credit') }} as credit
    inner join primary_model on credit.model = primary_model.model
    group by credit.deal_id
),

by_month as (
    select
        deals.month_start,
        sum(deals.amount) filter (where deals.is_revenue) as total,
        sum(deals.amount) filter (where deals.counts_as_booked) as booked,
        sum(deals.amount) filter (where deals.counts_as_booked and not deals.is_revenue) as churned,
        sum(deals.amount) filter (where deals.is_revenue and deals.deal_category = 'sourced') as sourced,
        sum(deals.amount) filter (where deals.is_revenue and deals.deal_category = 'influenced') as influenced,
        sum(deals.amount) filter (where deals.is_revenue and deals.deal_category = 'direct') as direct,
        sum(deals.amount) filter (where deals.is_revenue and deals.deal_category in ('sourced', 'influenced'))
            as partner_involved,
        sum(credits.credited) as credited,
        sum(credits.credited) filter (where deals.deal_category = 'direct') as credited_direct,
        count(*) filter (where deals.is_revenue) as won_count,
        count(*) filter (where deals.counts_in_rates and deals.status = 'lost') as lost_count,
        count(*) filter (where deals.is_revenue and deals.deal_category = 'sourced') as sourced_count,
        count(*) filter (where deals.is_revenue and deals.deal_category = 'influenced') as influenced_count,
        count(*) filter (where deals.is_revenue and deals.deal_category = 'direct') as direct_count,
        count(*) filter (where deals.counts_in_rates) as decided_count,
        count(*) filter (where deals.counts_in_rates and deals.status = 'won') as decided_won_count,
        count(*) filter (where deals.is_revenue and source_outside.deal_id is not null)
            as sources_outside_lookback_count,
        count(*) filter (where deals.is_revenue and integration_outside.deal_id is not null)
            as integrations_outside_window_count
    from deals
    left join source_outside on deals.deal_id = source_outside.deal_id
    left join integration_outside on deals.deal_id = integration_outside.deal_id
    left join credits on deals.deal_id = credits.deal_id
    group by deals.month_start
),

figures as (
    select
        cut.period_grain,
        cut.period_start,
        {% for revenue in revenues + ['credited', 'credited_direct'] %}
            cast(coalesce(sum(by_month.{{ revenue }}), 0) as decimal(18, 2)) as {{ revenue }},
        {% endfor %}
        {% for number in counts %}
            cast(coalesce(sum(by_month.{{ number }}), 0) as bigint) as {{ number }},
        {% endfor %}
        cut.period_end,
        cut.period_label,
        cut.is_complete
    from {{ ref('int_period_month') }} as cut
    left join by_month on cut.month_start = by_month.month_start
    where cut.is_reported
    group by cut.period_grain, cut.period_start, cut.period_end, cut.period_label, cut.is_complete
),

landed as (
    select is_available from {{ source('landed', 'landed_table') }}
    where table_name = 'account_integrations'
),

final as (
    select
        figures.period_grain,
        figures.period_start,
        figures.period_end,
        figures.period_label,
        figures.is_complete,
        {% for revenue in revenues %}
            figures.{{ revenue }} as {{ revenue }}_revenue,
        {% endfor %}
        case when primary_model.is_additive then figures.credited end as credited_amount,
        case
            when primary_model.is_additive
                then cast(figures.partner_involved + figures.credited_direct - figures.credited as decimal(18, 2))
        end as unallocated_amount,
        case when primary_model.is_additive then figures.credited_direct end as credited_direct_amount,
        {% for revenue in ['total', 'churned'] %}
            {{ ratio('figures.' ~ revenue, 'figures.booked') }} as {{ revenue }}_share,
        {% endfor %}
        {% for revenue in ['sourced', 'influenced', 'direct', 'partner_involved'] %}
            {{ ratio('figures.' ~ revenue, 'figures.total') }} as {{ revenue }}_share,
        {% endfor %}
        {% for revenue in revenues %}
            {{ change_ratio('figures.' ~ revenue, 'earlier.' ~ revenue) }} as {{ revenue }}_change_prior,
            {{ change_ratio('figures.' ~ revenue, 'year_before.' ~ revenue) }} as {{ revenue }}_change_year,
        {% endfor %}
        figures.won_count,
        figures.lost_count,
        figures.sourced_count,
        figures.influenced_count,
        figures.direct_count,
        {{ mean_money('figures.total', 'figures.won_count') }} as avg_deal_size,
        figures.decided_count,
        {{ ratio('figures.decided_won_count', 'figures.decided_count') }} as win_rate,
        {{ is_small_sample('figures.decided_count') }} as is_small_sample,
        figures.sources_outside_lookback_count,
        case when landed.is_available then figures.integrations_outside_window_count end
            as integrations_outside_window_count
    from figures
    left join primary_model on true
    left join landed on true
    left join figures as earlier
        on
            figures.period_grain = earlier.period_grain
            and figures.period_start = cast(earlier.period_end + interval 1 day as date)
    left join figures as year_before
        on
            figures.period_grain = year_before.period_grain
            and figures.period_start = cast(year_before.period_start + interval 1 year as date)
)

select * from final
