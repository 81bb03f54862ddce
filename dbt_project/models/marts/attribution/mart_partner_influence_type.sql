-- How each partner influenced, by period and additive model: its credit by the type of the touchpoint that earned it.
with
models as (
    select model from {{ source('engine', 'model_run') }}
    where gave_credit and is_additive
),

period_months as (
    select * from {{ ref('int_period_month') }}
),

credits_by_month as (
    select
        model,
        partner_id,
        influence_type,
        {{ period_start('close_date', 'month') }} as month_start,
        sum(credit_amount) as credit_amount,
        count(*) as touchpoint_count,
        count(distinct deal_id) as deal_count
    from {{ ref('fct_touchpoint_credit') }}
    group by all
),

final as (
    select
        period_months.period_grain,
        period_months.period_start,
        period_months.period_end,
        period_months.period_label,
        period_months.is_complete,
        by_month.model,
        by_month.partner_id,
        by_month.influence_type,
        cast(sum(by_month.credit_amount) as decimal(18, 2)) as credit_amount,
        cast(sum(by_month.touchpoint_count) as bigint) as touchpoint_count,
        cast(sum(by_month.deal_count) as bigint) as deal_count
    from credits_by_month as by_month
    inner join models on by_month.model = models.model
    inner join period_months on by_month.month_start = period_months.month_start
    group by all
)

select * from final
