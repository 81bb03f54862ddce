-- Which partners, by which kind of work, the credit comes from: partner type by influence type.
with
models as (
    select model from {{ source('engine', 'model_run') }}
    where gave_credit and is_additive
),

partners as (
    select
        partner_id,
        coalesce(partner_type, 'not_known') as partner_type
    from {{ ref('dim_partner') }}
),

by_month as (
    select
        credit.model,
        partners.partner_type,
        credit.influence_type,
        {{ period_start('credit.close_date', 'month') }} as month_start,
        sum(credit.credit_amount) as credit_amount,
        count(distinct credit.deal_id) filter (where credit.credit_amount > 0) as deal_count,
        count(*) as touchpoint_count
    from {{ ref('fct_touchpoint_credit') }} as credit
    inner join models on credit.model = models.model
    inner join partners on credit.partner_id = partners.partner_id
    group by all
),

summed as (
    select
        cut.period_grain,
        cut.period_start,
        cut.period_end,
        cut.period_label,
        cut.is_complete,
        by_month.model,
        by_month.partner_type,
        by_month.influence_type,
        sum(by_month.credit_amount) as credit_amount,
        sum(by_month.deal_count) as deal_count,
        sum(by_month.touchpoint_count) as touchpoint_count
    from by_month
    inner join {{ ref('int_period_month') }} as cut on by_month.month_start = cut.month_start
    group by all
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        period_label,
        is_complete,
        model,
        partner_type,
        influence_type,
        cast(credit_amount as decimal(18, 2)) as credit_amount,
        {{ ratio('credit_amount', 'sum(credit_amount) over (partition by period_grain, period_start, model)') }}
            as credit_share,
        cast(deal_count as bigint) as deal_count,
        cast(touchpoint_count as bigint) as touchpoint_count
    from summed
)

select * from final
