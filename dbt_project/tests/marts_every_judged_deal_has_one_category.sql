{{ config(tags=['credits']) }}
-- Each deal that counts in revenue or in rates has exactly one category, direct where it has no eligible touchpoint and
-- only there; each deal that the primary model credits has a primary influence type. Also fails where there are no deals.
with
deals as (
    select * from {{ ref('dim_deal') }}
),

primary_model as (
    select gave_credit from {{ ref('mart_model') }}
    where is_primary
),

wrong as (
    select
        deal_id,
        deal_category,
        touchpoint_count
    from deals
    where
        (is_eligible or counts_in_rates or counts_as_booked)
        and (
            deal_category is null
            or deal_category not in ('sourced', 'influenced', 'direct')
            or (deal_category = 'direct') <> (touchpoint_count = 0)
            or (
                (is_eligible and status = 'won' and deal_category <> 'direct' and (select gave_credit from primary_model))
                <> (primary_influence_type is not null)
            )
        )
)

select * from wrong
union all
select
    'no deals',
    null,
    null
where not exists (select 1 from deals)
