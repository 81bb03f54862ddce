-- Fills the marts that partners' pages alone read, by plain aggregation; runs after marts_from_facts.sql.
insert into mart_partner_influence_type by name
select
    period.*, credit.model, credit.partner_id, coalesce(credit.influence_type, 'override') as influence_type,
    sum(credit.credit_amount) as credit_amount, count(*) as touchpoint_count, count(distinct credit.deal_id) as deal_count
from fct_touchpoint_credit as credit
inner join mart_model using (model)
inner join period on credit.close_date between period.period_start and period.period_end
where mart_model.is_additive
group by all;

insert into mart_tier_benchmark by name
with medians as (
    select
        period.*, dim_partner.tier, count(*) as partner_count,
        median(coalesce(influence.credit_amount, 0)) as credit_amount, median(coalesce(influence.deal_count, 0)) as deal_count
    from period
    cross join dim_partner
    left join mart_partner_influence as influence
        on influence.model = 'position_based' and influence.partner_id = dim_partner.partner_id
        and influence.period_grain = period.period_grain and influence.period_start = period.period_start
    where dim_partner.tier is not null
    group by all
)
select
    * exclude (credit_amount, deal_count), partner_count >= 5 as is_told,
    case when is_told then round(credit_amount, -3) end as median_credit_amount,
    case when is_told then round(deal_count) end as median_deal_count,
    case when is_told then 0 end as median_activity_count
from medians;
