-- Fills the marts of the test database from its facts, by plain aggregation.
create temp table first_close as
select min(close_date) as day from dim_deal where close_date is not null;

create temp table period as
with months as (
    select unnest(generate_series(date_trunc('month', day), date_trunc('month', getvariable('as_of')), interval 1 month))::date as month_start
    from first_close
    where day is not null
),
grains as (
    select distinct grain, date_trunc(grain, month_start)::date as period_start
    from months, (values ('month'), ('quarter'), ('year')) as grains (grain)
)
select
    grain as period_grain,
    period_start,
    (period_start + case grain when 'month' then interval 1 month when 'quarter' then interval 3 month else interval 1 year end - interval 1 day)::date as period_end,
    case grain
        when 'month' then strftime(period_start, '%Y-%m')
        when 'quarter' then year(period_start) || '-Q' || quarter(period_start)
        else year(period_start)::varchar
    end as period_label,
    period_end < getvariable('as_of')::date as is_complete
from grains;

create temp table summary as
select
    period_grain, period_start, period_end, period_label, is_complete,
    coalesce(sum(amount) filter (status = 'won' and is_eligible), 0)::decimal(18, 2) as total_revenue,
    coalesce(sum(amount) filter (counts_as_booked), 0)::decimal(18, 2) as booked_revenue,
    coalesce(sum(amount) filter (status = 'won' and is_eligible and deal_category = 'sourced'), 0)::decimal(18, 2) as sourced_revenue,
    coalesce(sum(amount) filter (status = 'won' and is_eligible and deal_category = 'influenced'), 0)::decimal(18, 2) as influenced_revenue,
    coalesce(sum(amount) filter (status = 'won' and is_eligible and deal_category = 'direct'), 0)::decimal(18, 2) as direct_revenue,
    count(*) filter (status = 'won' and is_eligible) as won_count,
    count(*) filter (status = 'lost' and counts_in_rates) as lost_count,
    count(*) filter (status = 'won' and is_eligible and deal_category = 'sourced') as sourced_count,
    count(*) filter (status = 'won' and is_eligible and deal_category = 'influenced') as influenced_count,
    count(*) filter (status = 'won' and is_eligible and deal_category = 'direct') as direct_count,
    count(*) filter (counts_in_rates) as decided_count
from period
left join dim_deal on close_date between period_start and period_end
group by all;

create temp macro ratio(part, whole) as case when whole <> 0 then part::double / whole::double end;
create temp macro low(k, n) as case when n > 0 then greatest(0, (k / n + 1.9208 / n - 1.96 * sqrt(k / n * (1 - k / n) / n + 0.9604 / (n * n))) / (1 + 3.8416 / n)) end;
create temp macro high(k, n) as case when n > 0 then least(1, (k / n + 1.9208 / n + 1.96 * sqrt(k / n * (1 - k / n) / n + 0.9604 / (n * n))) / (1 + 3.8416 / n)) end;

insert into mart_executive_summary by name
select
    this.*,
    this.booked_revenue - this.total_revenue as churned_revenue,
    this.sourced_revenue + this.influenced_revenue as partner_involved_revenue,
    this.sourced_revenue + this.influenced_revenue as credited_amount,
    0 as unallocated_amount,
    ratio(this.total_revenue, this.booked_revenue) as total_share,
    ratio(this.booked_revenue - this.total_revenue, this.booked_revenue) as churned_share,
    ratio(this.sourced_revenue, this.total_revenue) as sourced_share,
    ratio(this.influenced_revenue, this.total_revenue) as influenced_share,
    ratio(this.direct_revenue, this.total_revenue) as direct_share,
    ratio(this.sourced_revenue + this.influenced_revenue, this.total_revenue) as partner_involved_share,
    ratio(this.total_revenue - p.total_revenue, p.total_revenue) as total_change_prior,
    ratio(this.total_revenue - y.total_revenue, y.total_revenue) as total_change_year,
    ratio(this.booked_revenue - p.booked_revenue, p.booked_revenue) as booked_change_prior,
    ratio(this.booked_revenue - y.booked_revenue, y.booked_revenue) as booked_change_year,
    ratio(this.sourced_revenue - p.sourced_revenue, p.sourced_revenue) as sourced_change_prior,
    ratio(this.sourced_revenue - y.sourced_revenue, y.sourced_revenue) as sourced_change_year,
    ratio(this.influenced_revenue - p.influenced_revenue, p.influenced_revenue) as influenced_change_prior,
    ratio(this.influenced_revenue - y.influenced_revenue, y.influenced_revenue) as influenced_change_year,
    ratio(this.direct_revenue - p.direct_revenue, p.direct_revenue) as direct_change_prior,
    ratio(this.direct_revenue - y.direct_revenue, y.direct_revenue) as direct_change_year,
    ratio(this.sourced_revenue + this.influenced_revenue - p.sourced_revenue - p.influenced_revenue, p.sourced_revenue + p.influenced_revenue) as partner_involved_change_prior,
    ratio(this.sourced_revenue + this.influenced_revenue - y.sourced_revenue - y.influenced_revenue, y.sourced_revenue + y.influenced_revenue) as partner_involved_change_year,
    ratio(this.won_count, this.decided_count) as win_rate,
    this.decided_count < 10 as is_small_sample,
    0 as sources_outside_lookback_count
from summary as this
left join summary as p on p.period_grain = this.period_grain and p.period_end = this.period_start - interval 1 day
left join summary as y on y.period_grain = this.period_grain and y.period_start = this.period_start - interval 1 year;

insert into mart_trend by name
select
    period_grain, period_start, period_end, period_label, is_complete, total_revenue, sourced_share, influenced_share,
    partner_involved_share, partner_involved_revenue,
    ratio(pw, pn) as win_rate_partner, low(pw, pn) as win_rate_partner_low, high(pw, pn) as win_rate_partner_high,
    pw as partner_won_count, pn as partner_decided_count, pn < 10 as is_small_sample_partner,
    ratio(dw, dn) as win_rate_direct, low(dw, dn) as win_rate_direct_low, high(dw, dn) as win_rate_direct_high,
    dw as direct_won_count, dn as direct_decided_count, dn < 10 as is_small_sample_direct
from mart_executive_summary
inner join (
    select period.period_grain, period.period_start,
        count(*) filter (counts_in_rates and deal_category <> 'direct') as pn,
        count(*) filter (counts_in_rates and deal_category <> 'direct' and status = 'won') as pw,
        count(*) filter (counts_in_rates and deal_category = 'direct') as dn,
        count(*) filter (counts_in_rates and deal_category = 'direct' and status = 'won') as dw
    from period
    left join dim_deal on close_date between period.period_start and period.period_end
    group by all
) using (period_grain, period_start);

insert into fct_partner_credit by name
select
    credit.deal_id, credit.partner_id, credit.model,
    case when credit.model = 'participation' then max(credit.credit_amount) else sum(credit.credit_amount) end as credit_amount,
    case when credit.model = 'participation' then 1 else sum(credit.share) end as share,
    count(*) as touchpoint_count, any_value(closed_at) as closed_at, any_value(dim_deal.close_date) as close_date
from fct_touchpoint_credit as credit
inner join dim_deal using (deal_id)
group by credit.deal_id, credit.partner_id, credit.model;

create temp table partner_period as
with credits as (
    select period_grain, period_start, model, partner_id, sum(credit_amount) as credit_amount,
        count(*) filter (credit_amount > 0) as deal_count,
        sum(amount) filter (credit_amount > 0) as deal_amount,
        coalesce(sum(credit_amount) filter (deal_category = 'sourced'), 0) as sourced_amount,
        coalesce(sum(credit_amount) filter (deal_category = 'influenced'), 0) as influenced_amount,
        sum(fct_partner_credit.touchpoint_count) as touchpoint_count
    from fct_partner_credit
    inner join dim_deal using (deal_id)
    inner join period on fct_partner_credit.close_date between period.period_start and period.period_end
    group by all
),
rates as (
    select period_grain, period_start, partner_id, count(distinct deal_id) as decided_count,
        count(distinct deal_id) filter (status = 'won') as won_count
    from fct_touchpoint
    inner join dim_deal using (deal_id)
    inner join period on close_date between period.period_start and period.period_end
    where fct_touchpoint.is_eligible and counts_in_rates
    group by all
),
costs as (
    select period_grain, period_start, partner_id, sum(amount) as investment_amount
    from fact_investment, period
    group by all
)
select period.*, mart_model.model, dim_partner.*, credits.* exclude (period_grain, period_start, model, partner_id),
    decided_count, won_count, investment_amount
from period
cross join mart_model
cross join dim_partner
left join credits using (period_grain, period_start, model, partner_id)
left join rates using (period_grain, period_start, partner_id)
left join costs using (period_grain, period_start, partner_id)
where gave_credit and coalesce(credit_amount, decided_count, investment_amount) is not null;

insert into mart_partner_influence by name
select
    period_grain, period_start, period_end, period_label, is_complete, model, partner_id, partner_name, partner_type, tier,
    coalesce(credit_amount, 0) as credit_amount, coalesce(deal_count, 0) as deal_count,
    (deal_amount / nullif(deal_count, 0))::decimal(18, 2) as avg_deal_size,
    (credit_amount / nullif(deal_count, 0))::decimal(18, 2) as avg_credit,
    coalesce(sourced_amount, 0) as sourced_amount, coalesce(influenced_amount, 0) as influenced_amount,
    coalesce(won_count, 0) as won_count, coalesce(decided_count, 0) as decided_count,
    ratio(won_count, decided_count) as win_rate, low(won_count, decided_count) as win_rate_low, high(won_count, decided_count) as win_rate_high,
    coalesce(decided_count, 0) < 10 as is_small_sample, coalesce(touchpoint_count, 0) as touchpoint_count,
    coalesce(touchpoint_count, 0) as activity_count,
    investment_amount, ratio(coalesce(credit_amount, 0), investment_amount) as roi,
    case when not list_contains(getvariable('unavailable'), 'partner_investments') then 0 end as unconverted_investment_count
from partner_period;

create temp table additive as
select period.*, model from period cross join mart_model where gave_credit and is_additive;

insert into mart_tier_influence by name
with earned as (
    select period_grain, period_start, model, coalesce(tier, 'no_tier') as tier, sum(credit_amount) as credit_amount,
        count(*) filter (where credit_amount > 0) as partner_count, sum(deal_count) as deal_count
    from mart_partner_influence
    group by 1, 2, 3, 4
)
select
    additive.*, tier, coalesce(credit_amount, 0) as credit_amount, coalesce(partner_count, 0) as partner_count,
    ratio(coalesce(credit_amount, 0), sum(credit_amount) over (partition by period_grain, period_start, model)) as pct_of_influenced,
    (credit_amount / nullif(partner_count, 0))::decimal(18, 2) as avg_per_partner, coalesce(deal_count, 0) as deal_count
from additive
cross join (select distinct coalesce(tier, 'no_tier') as tier from dim_partner) as tiers
left join earned using (period_grain, period_start, model, tier);

insert into mart_influence_type by name
with earned as (
    select period_grain, period_start, model, influence_type, sum(credit_amount) as credit_amount, count(*) as touchpoint_count
    from fct_touchpoint_credit
    inner join period on close_date between period.period_start and period.period_end
    group by 1, 2, 3, 4
),
primaries as (
    select period_grain, period_start, primary_influence_type as influence_type, count(*) as deal_count, avg(amount)::decimal(18, 2) as avg_deal_size
    from dim_deal
    inner join period on close_date between period.period_start and period.period_end
    where status = 'won' and is_eligible and primary_influence_type is not null
    group by 1, 2, 3
)
select
    additive.*, influence_type, coalesce(credit_amount, 0) as credit_amount, coalesce(deal_count, 0) as deal_count, avg_deal_size,
    coalesce(touchpoint_count, 0) as touchpoint_count,
    ratio(coalesce(credit_amount, 0), sum(credit_amount) over (partition by period_grain, period_start, model)) as pct_of_influenced
from additive
cross join (values ('sourced'), ('co_sell'), ('referral'), ('integration_driven'), ('assisted'), ('marketplace'), ('services'), ('accelerated')) as types (influence_type)
left join earned using (period_grain, period_start, model, influence_type)
left join primaries using (period_grain, period_start, influence_type);

insert into mart_model_comparison by name
with means as (
    select period_grain, period_start, partner_id, avg(credit_amount)::decimal(18, 2) as mean_credit_amount
    from mart_partner_influence
    inner join mart_model using (model)
    where is_additive
    group by all
)
select
    period_grain, period_start, period_label, partner_id, partner_name, model, credit_amount,
    rank() over (partition by period_grain, period_start, model order by credit_amount desc) as credit_rank,
    mean_credit_amount, credit_amount - mean_credit_amount as difference_from_mean,
    ratio(credit_amount - mean_credit_amount, mean_credit_amount) as difference_share
from mart_partner_influence
inner join means using (period_grain, period_start, partner_id)
where partner_id in (select partner_id from fct_partner_credit);

insert into audit_exclusion by name
select 'deals' as table_name, source_record as row_id, deal_id as key, exclusion_reason as reason, flags as all_reasons,
    'the numbers of ' || exclusion_reason as detail, source_record
from dim_deal where exclusion_reason is not null
union all
select 'touchpoint', touchpoint_id, deal_id, exclusion_reason, flags, 'the numbers of ' || exclusion_reason, source_record
from fct_touchpoint where not is_eligible;

insert into mart_data_quality by name
with counted as (
    select 'deals' as table_name, coalesce(exclusion_reason, 'used') as reason, count(*) as row_count from dim_deal group by all
    union all
    select 'touchpoint', coalesce(exclusion_reason, 'used'), count(*) from fct_touchpoint group by all
    union all
    select 'partners', 'used', count(*) from dim_partner group by all
)
select table_name, true as is_available, sum(row_count) over (partition by table_name) as rows_in,
    coalesce(sum(row_count) filter (where reason = 'used') over (partition by table_name), 0) as rows_used,
    rows_in - rows_used as rows_excluded, reason, row_count, ratio(row_count, rows_in) as row_share
from counted
union all by name
select unnest(getvariable('unavailable')) as table_name, false as is_available, 'not_available' as reason;

insert into mart_report_context by name
select
    '20261001T060000Z-test' as run_id, getvariable('as_of') as as_of, getvariable('as_of')::date as as_of_date,
    '0123456789abcdef' as policy_hash, getvariable('policy_json') as policy_json, 'position_based' as primary_model,
    'USD' as reporting_currency, 'UTC' as time_zone, 'files' as source_system, 1 as fiscal_year_start_month,
    ['deals', 'partners', 'partner_activities'] as available_tables, getvariable('unavailable') as unavailable_tables,
    3 as sources_outside_lookback_count, null as integrations_outside_window_count, 0 as unallocated_amount,
    null as unconverted_investment_count, 10 as small_sample_deals;
