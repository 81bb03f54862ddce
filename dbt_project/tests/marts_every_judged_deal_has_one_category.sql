{{ config(tags=['credits']) }}
-- Each deal that counts in revenue or in rates has exactly one category, direct where it has no eligible touchpoint and
-- only there; each deal that the primary model credits has a primary influence type. Fails where there are no deals.
with
deals as (
    select * from {{ ref('dim_deal') }}
),

primary_model as (
    select coalesce(bool_or(gave_credit), false) as gave_credit from {{ ref('mart_model') }}
    where is_primary
),

wrong as (
    select
        deals.deal_id,
        deals.deal_category,
        deals.touchpoint_count
    from deals
    cross join primary_model
    where
        (deals.is_eligible or deals.counts_in_rates or deals.counts_as_booked)
        and (
            deals.deal_category is null
            or deals.deal_category not in ('sourced', 'influenced', 'direct')
            or (deals.deal_category = 'direct') <> (deals.touchpoint_count = 0)
            or (
                deals.is_eligible and deals.status = 'won' and primary_model.gave_credit
                and deals.touchpoint_count + deals.added_touchpoint_count > 0
            ) <> (deals.primary_influence_type is not null)
        )
)

select * from wrong
union all
select
    'no deals' as deal_id,
    null as deal_category,
    null as touchpoint_count
where not exists (select 1 from deals)
