{{ config(tags=['credits']) }}
-- Whatever partners are cut by, each is in one cohort with all of its credit; and customers are in one group each.
with
partners as (
    select count(*) as partner_count
    from {{ ref('dim_partner') }}
),

credits as (
    select
        model,
        sum(credit_amount) as credit_amount
    from {{ ref('fct_partner_credit') }}
    group by model
),

cohorts as (
    select
        cohort_grain,
        dimension,
        model,
        sum(partner_count) as partner_count,
        sum(credit_amount) as credit_amount
    from {{ ref('mart_partner_cohort') }}
    group by cohort_grain, dimension, model
),

customers as (
    select
        cohort_grain,
        cohort_label,
        sum(case when customer_group = 'all' then judged_count else -judged_count end) as surplus
    from {{ ref('mart_retention') }}
    group by cohort_grain, cohort_label
)

select
    cohorts.cohort_grain,
    cohorts.dimension
from cohorts
cross join partners
left join credits on cohorts.model = credits.model
where
    cohorts.partner_count <> partners.partner_count
    or cohorts.credit_amount <> coalesce(credits.credit_amount, 0)
union all
select
    cohort_grain,
    'customers' as dimension
from customers
where surplus <> 0
