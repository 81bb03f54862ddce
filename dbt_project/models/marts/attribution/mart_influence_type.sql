-- Influence types by period and additive model: credit by the touchpoint's type, deals by their primary type.
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

credits_by_month as (
    select
        model,
        influence_type,
        {{ period_start('close_date', 'month') }} as month_start,
        sum(credit_amount) as credit_amount,
        count(*) as touchpoint_count
    from {{ ref('fct_touchpoint_credit') }}
    group by all
),

credits as (
    select
        period_months.period_grain,
        period_months.period_start,
        by_month.model,
        by_month.influence_type,
        sum(by_month.credit_amount) as credit_amount,
        sum(by_month.touchpoint_count) as touchpoint_count
    from credits_by_month as by_month
    inner join period_months on by_month.month_start = period_months.month_start
    group by all
),

deals_by_month as (
    select
        primary_influence_type as influence_type,
        {{ period_start('close_date', 'month') }} as month_start,
        count(*) as deal_count,
        sum(amount) as deal_amount
    from {{ ref('dim_deal') }}
    where is_eligible and status = 'won' and primary_influence_type is not null
    group by all
),

deals as (
    select
        period_months.period_grain,
        period_months.period_start,
        by_month.influence_type,
        sum(by_month.deal_count) as deal_count,
        sum(by_month.deal_amount) as deal_amount
    from deals_by_month as by_month
    inner join period_months on by_month.month_start = period_months.month_start
    group by all
),

types as (
    {% for influence_type in influence_types() %}
        select '{{ influence_type }}' as influence_type
        union
    {% endfor %}
    select influence_type from credits_by_month
),

spine as (
    select
        periods.*,
        models.model,
        types.influence_type
    from periods
    cross join models
    cross join types
),

final as (
    select
        spine.period_grain,
        spine.period_start,
        spine.period_end,
        spine.period_label,
        spine.is_complete,
        spine.model,
        spine.influence_type,
        cast(coalesce(credits.credit_amount, 0) as decimal(18, 2)) as credit_amount,
        cast(coalesce(deals.deal_count, 0) as bigint) as deal_count,
        {{ mean_money('deals.deal_amount', 'deals.deal_count') }} as avg_deal_size,
        cast(coalesce(credits.touchpoint_count, 0) as bigint) as touchpoint_count,
        {{ ratio(
            'coalesce(credits.credit_amount, 0)',
            'sum(credits.credit_amount) over (partition by spine.period_grain, spine.period_start, spine.model)'
        ) }} as pct_of_influenced
    from spine
    left join credits
        on
            spine.period_grain = credits.period_grain
            and spine.period_start = credits.period_start
            and spine.model = credits.model
            and spine.influence_type = credits.influence_type
    left join deals
        on
            spine.period_grain = deals.period_grain
            and spine.period_start = deals.period_start
            and spine.influence_type = deals.influence_type
)

select * from final
