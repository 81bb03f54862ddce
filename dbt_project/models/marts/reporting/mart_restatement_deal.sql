-- The deals behind the figures that moved: revenue and, per model, credit, then and now, and what about them changed.
with
moves as (
    select * from {{ ref('audit_restatement_deal') }}
),

models as (
    select
        model,
        is_additive
    from {{ ref('mart_model') }}
    where gave_credit
),

credits as (
    select
        deal_id,
        model,
        sum(change_amount) as credit_change,
        list_distinct(flatten(list(distinct evidence))) as evidence,
        list(distinct cause) as causes,
        sum(abs(change_amount)) as moved_amount
    from moves
    where model is not null and not is_tier_change
    group by deal_id, model
),

revenue as (
    select
        deal_id,
        sum(change_amount) filter (where measure = 'total_revenue') as revenue_change,
        list_distinct(flatten(list(distinct evidence))) as evidence,
        list(distinct cause) as causes
    from moves
    where model is null and measure not in ('{{ credit_measures() | join("', '") }}')
    group by deal_id
),

pairs as (
    select
        deal_id,
        model
    from credits
    union
    select
        revenue.deal_id,
        models.model
    from revenue
    cross join models
),

months as (
    select
        deal_id,
        min(month_start) as month_start
    from moves
    group by deal_id
),

final as (
    select
        pairs.deal_id,
        coalesce(deals.deal_name, old.deal_id) as deal_name,
        months.month_start,
        pairs.model,
        cast(coalesce(revenue.revenue_change, 0) as decimal(18, 2)) as revenue_change,
        case
            when models.is_additive then cast(coalesce(credits.credit_change, 0) as decimal(18, 2))
        end as credit_change,
        cast(coalesce(credits.moved_amount, 0) as decimal(18, 2)) as moved_amount,
        list_sort(list_distinct(list_concat(coalesce(revenue.causes, []), coalesce(credits.causes, [])))) as causes,
        list_sort(list_distinct(list_concat(coalesce(revenue.evidence, []), coalesce(credits.evidence, []))))
            as evidence
    from pairs
    inner join months on pairs.deal_id = months.deal_id
    inner join models on pairs.model = models.model
    left join revenue on pairs.deal_id = revenue.deal_id
    left join credits on pairs.deal_id = credits.deal_id and pairs.model = credits.model
    left join {{ ref('dim_deal') }} as deals on pairs.deal_id = deals.deal_id
    left join {{ source('previous', 'dim_deal') }} as old on pairs.deal_id = old.deal_id
)

select * from final
