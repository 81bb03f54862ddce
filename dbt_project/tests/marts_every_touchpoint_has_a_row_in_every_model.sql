{{ config(tags=['credits']) }}
-- Each model that gave credit has exactly one row for each eligible touchpoint of each won, eligible deal.
with
models as (
    select model from {{ ref('mart_model') }}
    where gave_credit
),

expected as (
    select count(*) as row_count
    from {{ ref('fct_touchpoint') }} as touchpoint
    inner join {{ ref('dim_deal') }} as deal on touchpoint.deal_id = deal.deal_id
    where touchpoint.is_eligible and deal.is_eligible and deal.status = 'won'
),

found as (
    select
        model,
        count(*) as row_count
    from {{ ref('fct_touchpoint_credit') }}
    group by model
)

select
    models.model,
    expected.row_count as expected_rows,
    found.row_count as found_rows
from models
cross join expected
left join found on models.model = found.model
where coalesce(found.row_count, 0) <> expected.row_count
