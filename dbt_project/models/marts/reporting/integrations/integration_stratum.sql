{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- By period, integration, deal type and segment: decided deals that had it when created, beside those that had none.
with
deals as (
    select * from {{ ref('deal_by_period') }}
    where is_known
),

integrated as (
    select * from {{ ref('integrated_deal') }}
),

having_it as (
    select
        deals.period_grain,
        deals.period_start,
        integrated.dimension,
        integrated.subject,
        deals.deal_type,
        deals.segment,
        count(*) as with_count,
        sum(deals.won) as with_won,
        sum(deals.revenue) as with_revenue
    from deals
    inner join integrated on deals.deal_id = integrated.deal_id
    group by all
),

having_none as (
    select
        period_grain,
        period_start,
        deal_type,
        segment,
        count(*) as without_count,
        sum(won) as without_won
    from deals
    where deal_id not in (select deal_id from integrated)
    group by all
),

subjects as (
    select distinct
        period_grain,
        period_start,
        dimension,
        subject
    from having_it
    union
    select distinct
        period_grain,
        period_start,
        'all' as dimension,
        'all' as subject
    from deals
),

sides as (
    select
        *,
        0 as without_count,
        0 as without_won
    from having_it
    union all by name
    select
        subjects.*,
        having_none.* exclude (period_grain, period_start),
        0 as with_count,
        0 as with_won,
        0 as with_revenue
    from subjects
    inner join having_none
        on subjects.period_grain = having_none.period_grain and subjects.period_start = having_none.period_start
),

final as (
    select
        period_grain,
        period_start,
        dimension,
        subject,
        deal_type,
        segment,
        sum(with_count) as with_count,
        sum(with_won) as with_won,
        sum(with_revenue) as with_revenue,
        sum(without_count) as without_count,
        sum(without_won) as without_won
    from sides
    group by period_grain, period_start, dimension, subject, deal_type, segment
)

select * from final
