-- Fills the marts on the programme's shape, customers and cost from the test's facts, by plain aggregation.
insert into mart_channel_mix by name
with channel as (
    select
        additive.*, coalesce(partner_type, 'not_known') as partner_type, influence_type, sum(credit_amount) as credit_amount,
        count(distinct deal_id) filter (credit_amount > 0) as deal_count, count(*) as touchpoint_count
    from fct_touchpoint_credit
    inner join dim_partner using (partner_id)
    inner join additive using (model)
    where close_date between period_start and period_end
    group by all
)
select *, ratio(credit_amount, sum(credit_amount) over (partition by period_grain, period_start, model)) as credit_share
from channel;

insert into mart_concentration by name
with places as (
    select *, row_number() over (partition by period_grain, period_start, model order by credit_amount desc, partner_id) as place,
        count(*) over (partition by period_grain, period_start, model) as n,
        credit_amount / sum(credit_amount) over (partition by period_grain, period_start, model) as part
    from mart_partner_influence
    where credit_amount > 0
),
ranked as (select *, ceil(n / 4) as top from places),
counted as (
    select period_grain, period_start, model, count(*) as partner_count, sum(credit_amount) as credit_amount,
        max(top) as top_quartile_count, sum(part) filter (place <= top) as top_quartile_share,
        sum(part) filter (place = 1) as top_1_share, sum(part) filter (place <= 5) as top_5_share,
        any_value(partner_id) filter (place = 1) as top_partner_id, any_value(partner_name) filter (place = 1) as top_partner_name,
        sum(part * part) as herfindahl
    from ranked
    group by all
)
select additive.*, counted.* exclude (period_grain, period_start, model, partner_count, credit_amount),
    coalesce(partner_count, 0) as partner_count, coalesce(credit_amount, 0) as credit_amount,
    1 / herfindahl as effective_partner_count, coalesce(partner_count, 0) < 10 as is_small_sample
from additive
left join counted using (period_grain, period_start, model);

create temp table joiner as
select partner_id, year(joined_at) as joined_year, partner_id in (select partner_id from fct_touchpoint) as was_active
from dim_partner;

insert into mart_partner_cohort by name
with cohorts as (
    select 'all' as cohort_grain, null::date as cohort_start, 'all' as cohort_label, * from joiner
    union all
    select 'year', make_date(joined_year, 1, 1), joined_year::varchar, * from joiner
),
earned as (
    select partner_id, model, sum(credit_amount) as credit, count(*) filter (credit_amount > 0) as deals
    from fct_partner_credit group by all
),
counted as (
    select cohort_grain, cohort_start, cohort_label, model, count(*) as partner_count,
        count(*) filter (was_active) as active_count, coalesce(sum(credit), 0) as credit_amount,
        coalesce(sum(deals), 0) as deal_count
    from cohorts
    cross join mart_model
    left join earned using (partner_id, model)
    where gave_credit and is_additive
    group by all
),
judged as (
    select *, case when partner_count > 3 then partner_count else 0 end as judged_count,
        case when partner_count > 3 then active_count - 1 else 0 end as activated_count
    from counted
)
select
    *, 'all' as dimension, 'all' as partner_type, 'all' as tier, ratio(active_count, partner_count) as active_share,
    low(active_count, partner_count) as active_share_low, high(active_count, partner_count) as active_share_high,
    ratio(activated_count, judged_count) as activated_share, low(activated_count, judged_count) as activated_share_low,
    high(activated_count, judged_count) as activated_share_high, judged_count < 10 as is_small_sample,
    judged_count as year_1_partner_count, 5 as year_1_deal_count, 1234.5 * judged_count as year_1_credit_amount,
    case when judged_count > 0 then 1234.5 end as year_1_avg_credit,
    0 as year_2_partner_count, 0 as year_2_deal_count, 0 as year_2_credit_amount,
    0 as year_3_partner_count, 0 as year_3_deal_count, 0 as year_3_credit_amount
from judged;

insert into mart_retention by name
with customer as (
    select account_id, arg_min(deal_category, closed_at) as category, min(close_date) as won_on,
        count(churned_at) > 0 as has_left, min(amount) as first_amount
    from dim_deal where counts_as_booked group by account_id
),
grouped as (
    select customer_group, count(*) as customer_count, count(*) filter (is_old) as judged_count,
        count(*) filter (is_old and has_left) as churned_count, count(*) filter (is_old and first_amount > 5000) as expanded_count,
        coalesce(sum(first_amount) filter (is_old), 0) as first_amount
    from (select *, won_on < getvariable('as_of') - interval 1 year as is_old from customer)
    inner join (values ('sourced'), ('influenced'), ('direct'), ('all')) as known (customer_group) on customer_group in (category, 'all')
    group by all
)
select
    'all' as cohort_grain, 'all' as cohort_label, customer_group, customer_count, (customer_group = 'all')::bigint as started_before_count,
    judged_count, judged_count < 10 as is_small_sample, churned_count, ratio(churned_count, judged_count) as churned_share,
    low(churned_count, judged_count) as churned_share_low, high(churned_count, judged_count) as churned_share_high,
    expanded_count, ratio(expanded_count, judged_count) as expanded_share, low(expanded_count, judged_count) as expanded_share_low,
    high(expanded_count, judged_count) as expanded_share_high, 0 as renewed_count, first_amount,
    first_amount / 4 as expansion_amount, 0 as renewal_amount,
    (first_amount / nullif(judged_count, 0))::decimal(18, 2) as avg_first_amount,
    (first_amount / 4 / nullif(judged_count, 0))::decimal(18, 2) as avg_expansion,
    case when judged_count > 0 then 0 end as avg_renewal
from grouped;

insert into mart_acquisition_cost by name
with cost as (
    select coalesce(sum(amount), 0) as spent, not list_contains(getvariable('unavailable'), 'partner_investments') as is_there
    from fact_investment
)
select
    summary.period_grain, summary.period_start, summary.period_end, summary.period_label, summary.is_complete,
    case when is_there then spent end as sourced_cost_amount, case when is_there then 0 end as sourced_unconverted_count,
    summary.sourced_revenue as sourced_booked_revenue, 0 as sourced_new_booked_revenue, summary.sourced_count as sourced_won_count,
    case when not is_there then 'no_partner_investments' when spent = 0 then 'no_cost' when summary.sourced_revenue = 0 then 'no_revenue' end
        as sourced_reason,
    case when sourced_reason is null then ratio(spent, summary.sourced_revenue) end as sourced_cost_per_unit,
    case when sourced_reason is null then (spent / summary.sourced_count)::decimal(18, 2) end as sourced_cost_per_deal,
    case when is_there then 0 end as direct_cost_amount, case when is_there then 0 end as direct_unconverted_count,
    summary.direct_revenue as direct_booked_revenue, 0 as direct_new_booked_revenue, summary.direct_count as direct_won_count,
    case when is_there then 'no_cost' else 'no_partner_investments' end as direct_reason
from summary
cross join cost;
