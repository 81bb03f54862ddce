-- Tiers by period and additive model: the partners' rows of mart_partner_influence, added up by today's tier.
with
models as (
    select model from {{ source('engine', 'model_run') }}
    where gave_credit and is_additive
),

periods as (
    select * from {{ ref('int_period') }}
),

period_months as (
    select * from {{ ref('int_period_month') }}
),

partners as (
    select
        partner_id,
        coalesce(tier, 'no_tier') as tier
    from {{ ref('dim_partner') }}
),

credited_partners as (
    select
        influence.period_grain,
        influence.period_start,
        influence.model,
        partners.tier,
        sum(influence.credit_amount) as credit_amount,
        sum(case when influence.credit_amount > 0 then 1 else 0 end) as partner_count
    from {{ ref('mart_partner_influence') }} as influence
    inner join partners on influence.partner_id = partners.partner_id
    group by all
),

deals_by_month as (
    select
        credit.model,
        partners.tier,
        {{ period_start('credit.close_date', 'month') }} as month_start,
        count(distinct credit.deal_id) as deal_count
    from {{ ref('fct_partner_credit') }} as credit
    inner join partners on credit.partner_id = partners.partner_id
    where credit.credit_amount > 0
    group by all
),

deals as (
    select
        period_months.period_grain,
        period_months.period_start,
        by_month.model,
        by_month.tier,
        sum(by_month.deal_count) as deal_count
    from deals_by_month as by_month
    inner join period_months on by_month.month_start = period_months.month_start
    group by all
),

tiers as (
    select distinct tier from partners
),

spine as (
    select
        periods.*,
        models.model,
        tiers.tier
    from periods
    cross join models
    cross join tiers
),

final as (
    select
        spine.period_grain,
        spine.period_start,
        spine.period_end,
        spine.period_label,
        spine.is_complete,
        spine.model,
        spine.tier,
        cast(coalesce(credited.credit_amount, 0) as decimal(18, 2)) as credit_amount,
        cast(coalesce(credited.partner_count, 0) as bigint) as partner_count,
        {{ ratio(
            'coalesce(credited.credit_amount, 0)',
            'sum(credited.credit_amount) over (partition by spine.period_grain, spine.period_start, spine.model)'
        ) }} as pct_of_influenced,
        {{ mean_money('credited.credit_amount', 'credited.partner_count') }} as avg_per_partner,
        cast(coalesce(deals.deal_count, 0) as bigint) as deal_count
    from spine
    left join credited_partners as credited
        on
            spine.period_grain = credited.period_grain
            and spine.period_start = credited.period_start
            and spine.model = credited.model
            and spine.tier = credited.tier
    left join deals
        on
            spine.period_grain = deals.period_grain
            and spine.period_start = deals.period_start
            and spine.model = deals.model
            and spine.tier = deals.tier
)

select * from final
