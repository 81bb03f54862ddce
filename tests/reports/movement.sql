-- What moved revenue in the facts: categories and credit of the primary model, beside the period before and a year before.
create temp table amounts as
select period_grain, period_start, 'category' as driver_kind, unnest(['sourced', 'influenced', 'direct']) as driver,
    unnest([sourced_revenue, influenced_revenue, direct_revenue]) as amount,
    unnest([sourced_count, influenced_count, direct_count]) as deal_count
from mart_executive_summary
union all
select period_grain, period_start, 'partner', partner_id, credit_amount, deal_count
from mart_partner_influence where model = (select model from mart_model where is_primary);

insert into mart_revenue_movement by name
with pairs as (
    select this.period_grain, this.period_start, this.period_end, this.period_label, this.is_complete,
        base.period_start as base_start, base.period_end as base_end, base.period_label as base_label,
        case when base.period_end + 1 = this.period_start then 'prior' else 'year_before' end as compared_with
    from mart_executive_summary as this
    inner join mart_executive_summary as base on base.period_grain = this.period_grain
        and (base.period_end + 1 = this.period_start or base.period_start + interval 1 year = this.period_start)
),
sides as (
    select * from pairs cross join (select distinct driver_kind, driver from amounts)
),
held as (
    select sides.*, coalesce(now.amount, 0) as amount, coalesce(base.amount, 0) as base_amount,
        coalesce(now.deal_count, 0) as deal_count, coalesce(base.deal_count, 0) as base_deal_count
    from sides
    left join amounts as now on (now.period_grain, now.period_start, now.driver) = (sides.period_grain, sides.period_start, sides.driver)
    left join amounts as base on (base.period_grain, base.period_start, base.driver) = (sides.period_grain, sides.base_start, sides.driver)
)
select held.*, coalesce(partner_name, driver) as driver_name, amount - base_amount as change_amount,
    case when driver_kind = 'category' and deal_count > 0 and base_deal_count > 0
        then round((deal_count - base_deal_count) * round(base_amount / base_deal_count, 2), 2) end as number_effect_amount,
    change_amount - number_effect_amount as size_effect_amount,
    row_number() over (partition by period_grain, period_start, compared_with, driver_kind order by abs(change_amount) desc, driver)
        as movement_rank
from held left join dim_partner on driver = partner_id
where driver_kind = 'category' or amount <> 0 or base_amount <> 0;
