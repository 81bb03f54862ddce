-- Partners by period and model. Everything is summed by month before it is rolled up to quarters and years.
with
models as (
    select model from {{ source('engine', 'model_run') }}
    where gave_credit
),

partners as (
    select * from {{ ref('dim_partner') }}
),

deals as (
    select
        deal_id,
        deal_category,
        amount
    from {{ ref('dim_deal') }}
    where is_eligible and status = 'won'
),

period_months as (
    select * from {{ ref('int_period_month') }}
),

landed as (
    select is_available from {{ source('landed', 'landed_table') }}
    where table_name = 'partner_investments'
),

credits_by_month as (
    select
        credit.model,
        credit.partner_id,
        {{ period_start('credit.close_date', 'month') }} as month_start,
        sum(credit.credit_amount) as credit_amount,
        sum(case when credit.credit_amount > 0 then 1 else 0 end) as deal_count,
        sum(case when credit.credit_amount > 0 then deals.amount else 0 end) as deal_amount,
        sum(case when deals.deal_category = 'sourced' then credit.credit_amount else 0 end) as sourced_amount,
        sum(case when deals.deal_category = 'influenced' then credit.credit_amount else 0 end) as influenced_amount
    from {{ ref('fct_partner_credit') }} as credit
    left join deals on credit.deal_id = deals.deal_id
    group by all
),

credits as (
    select
        period_months.period_grain,
        period_months.period_start,
        by_month.model,
        by_month.partner_id,
        sum(by_month.credit_amount) as credit_amount,
        sum(by_month.deal_count) as deal_count,
        sum(by_month.deal_amount) as deal_amount,
        sum(by_month.sourced_amount) as sourced_amount,
        sum(by_month.influenced_amount) as influenced_amount
    from credits_by_month as by_month
    inner join period_months on by_month.month_start = period_months.month_start
    group by all
),

facts as (
    select
        period_months.period_grain,
        period_months.period_start,
        period_months.period_end,
        period_months.period_label,
        period_months.is_complete,
        by_month.partner_id,
        sum(by_month.won_count) as won_count,
        sum(by_month.decided_count) as decided_count,
        sum(by_month.touchpoint_count) as touchpoint_count,
        sum(by_month.activity_count) as activity_count,
        sum(by_month.investment_amount) as investment_amount,
        sum(by_month.unconverted_investment_count) as unconverted_investment_count
    from {{ ref('int_partner_month') }} as by_month
    inner join period_months on by_month.month_start = period_months.month_start
    group by all
),

known_costs as (
    select
        facts.*,
        case when landed.is_available and facts.unconverted_investment_count = 0 then facts.investment_amount end
            as known_amount,
        case when landed.is_available then facts.unconverted_investment_count end as unconverted_count
    from facts
    cross join landed
),

final as (
    select
        facts.period_grain,
        facts.period_start,
        facts.period_end,
        facts.period_label,
        facts.is_complete,
        models.model,
        facts.partner_id,
        partners.partner_name,
        partners.partner_type,
        partners.tier,
        cast(coalesce(credits.credit_amount, 0) as decimal(18, 2)) as credit_amount,
        cast(coalesce(credits.deal_count, 0) as bigint) as deal_count,
        {{ mean_money('credits.deal_amount', 'credits.deal_count') }} as avg_deal_size,
        {{ mean_money('credits.credit_amount', 'credits.deal_count') }} as avg_credit,
        cast(coalesce(credits.sourced_amount, 0) as decimal(18, 2)) as sourced_amount,
        cast(coalesce(credits.influenced_amount, 0) as decimal(18, 2)) as influenced_amount,
        cast(facts.won_count as bigint) as won_count,
        cast(facts.decided_count as bigint) as decided_count,
        {{ ratio('facts.won_count', 'facts.decided_count') }} as win_rate,
        {{ wilson('facts.won_count', 'facts.decided_count', '-') }} as win_rate_low,
        {{ wilson('facts.won_count', 'facts.decided_count', '+') }} as win_rate_high,
        {{ is_small_sample('facts.decided_count') }} as is_small_sample,
        cast(facts.touchpoint_count as bigint) as touchpoint_count,
        cast(facts.activity_count as bigint) as activity_count,
        cast(facts.known_amount as decimal(18, 2)) as investment_amount,
        cast(facts.unconverted_count as bigint) as unconverted_investment_count,
        {{ ratio('coalesce(credits.credit_amount, 0)', 'facts.known_amount') }} as roi
    from known_costs as facts
    cross join models
    left join credits
        on
            facts.period_grain = credits.period_grain
            and facts.period_start = credits.period_start
            and facts.partner_id = credits.partner_id
            and models.model = credits.model
    left join partners on facts.partner_id = partners.partner_id
)

select * from final
