-- Rule 10: each deal is in exactly one category, and direct are those without an eligible touchpoint.
{{ config(tags=['touchpoints']) }}

with counted as (
    select
        deals.deal_id,
        count(distinct categories.deal_category) as category_count,
        count(categories.deal_id) as row_count,
        max(categories.deal_category) as deal_category,
        max(categories.touchpoint_count) as touchpoint_count
    from {{ ref('int_deal') }} as deals
    left join {{ ref('int_deal_category') }} as categories on deals.deal_id = categories.deal_id
    group by deals.deal_id
)

select *
from counted
where
    category_count <> 1
    or row_count <> 1
    or deal_category not in ('sourced', 'influenced', 'direct')
    or (deal_category = 'direct') <> (touchpoint_count = 0)
