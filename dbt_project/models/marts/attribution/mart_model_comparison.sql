-- All models side by side, per partner and period, against the mean of the models that may be averaged.
with
additive as (
    select model from {{ source('engine', 'model_run') }}
    where gave_credit and is_additive
),

influence as (
    select * from {{ ref('mart_partner_influence') }}
),

credited as (
    select
        period_grain,
        period_start,
        partner_id
    from influence
    group by period_grain, period_start, partner_id
    having max(credit_amount) > 0
),

means as (
    select
        influence.period_grain,
        influence.period_start,
        influence.partner_id,
        {{ mean_money('sum(influence.credit_amount)', 'count(*)') }} as mean_credit_amount
    from influence
    inner join additive on influence.model = additive.model
    group by influence.period_grain, influence.period_start, influence.partner_id
),

final as (
    select
        influence.period_grain,
        influence.period_start,
        influence.period_label,
        influence.partner_id,
        influence.partner_name,
        influence.model,
        influence.credit_amount,
        rank() over (
            partition by influence.period_grain, influence.period_start, influence.model
            order by influence.credit_amount desc
        ) as credit_rank,
        means.mean_credit_amount,
        cast(influence.credit_amount - means.mean_credit_amount as decimal(18, 2)) as difference_from_mean,
        {{ change_ratio('influence.credit_amount', 'means.mean_credit_amount') }} as difference_share
    from influence
    inner join credited
        on
            influence.period_grain = credited.period_grain
            and influence.period_start = credited.period_start
            and influence.partner_id = credited.partner_id
    left join means
        on
            influence.period_grain = means.period_grain
            and influence.period_start = means.period_start
            and influence.partner_id = means.partner_id
)

select * from final
