-- Deal velocity from the facts. Their deals are all of one type and segment, so that like meets like as it is; the
-- intervals are made up.
create temp table grouped as
select period.*, deal_group, dim_deal.* exclude (deal_category)
from period
inner join dim_deal on close_date between period.period_start and period.period_end
cross join (values ('sourced'), ('influenced'), ('direct'), ('partner_involved'), ('all')) as groups (deal_group)
where counts_in_rates
    and (deal_category = deal_group or deal_group = 'all' or deal_group = 'partner_involved' and deal_category <> 'direct');

insert into mart_deal_velocity by name
select
    period.*, deal_group, coalesce(n, 0) as decided_count, coalesce(won, 0) as won_count, ratio(won, n) as win_rate,
    low(won, n) as win_rate_low, high(won, n) as win_rate_high, coalesce(n, 0) < 10 as is_small_sample,
    coalesce(won, 0) as sales_cycle_count, mean_days as mean_sales_cycle_days, median_days as median_sales_cycle_days,
    coalesce(won, 0) < 10 as is_small_sample_cycle, coalesce(kept, 0) as deal_size_count, mean_size as avg_deal_size,
    median_size as median_deal_size, coalesce(kept, 0) < 10 as is_small_sample_size,
    coalesce(listed, 0) as discount_count, discount as mean_discount_rate, coalesce(listed, 0) < 10 as is_small_sample_discount
from period
cross join (values ('sourced'), ('influenced'), ('direct'), ('partner_involved'), ('all')) as groups (deal_group)
left join (
    select period_grain, period_start, deal_group, count(*) as n, count(*) filter (status = 'won') as won,
        avg(sales_cycle_days) filter (status = 'won') as mean_days,
        median(sales_cycle_days) filter (status = 'won') as median_days,
        count(*) filter (status = 'won' and is_eligible) as kept,
        avg(amount) filter (status = 'won' and is_eligible) as mean_size,
        median(amount) filter (status = 'won' and is_eligible) as median_size,
        count(discount_rate) filter (status = 'won') as listed, avg(discount_rate) filter (status = 'won') as discount
    from grouped
    group by all
) using (period_grain, period_start, deal_group);

insert into mart_deal_velocity_difference by name
with measured as (
    select *, unnest([
        {'measure': 'win_rate', 'n': decided_count, 'mean': win_rate},
        {'measure': 'sales_cycle_days', 'n': sales_cycle_count, 'mean': mean_sales_cycle_days},
        {'measure': 'deal_size', 'n': deal_size_count, 'mean': avg_deal_size::double}
    ], recursive := true)
    from mart_deal_velocity
)
select
    own.period_grain, own.period_start, own.period_end, own.period_label, own.is_complete, own.deal_group, own.measure,
    own.n as partner_count, direct.n as direct_count, own.mean as partner_mean, direct.mean as direct_mean,
    own.mean - direct.mean as difference, (least(own.n, direct.n) > 0)::int as stratum_count,
    own.n as compared_partner_count, direct.n as compared_direct_count, own.mean - direct.mean as adjusted_difference,
    case when own.measure = 'win_rate' then greatest(-1, own.mean - direct.mean - 0.25) end as adjusted_difference_low,
    case when own.measure = 'win_rate' then least(1, own.mean - direct.mean + 0.25) end as adjusted_difference_high,
    least(own.n, direct.n) < 10 as is_small_sample
from measured as own
inner join measured as direct using (period_grain, period_start, measure)
where direct.deal_group = 'direct' and own.deal_group not in ('direct', 'all') and own.n + direct.n > 0;
