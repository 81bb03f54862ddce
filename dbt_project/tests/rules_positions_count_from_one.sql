-- Rule 9: the eligible touchpoints of a deal are numbered 1 to n, in the order of their times.
{{ config(tags=['touchpoints']) }}

with numbered as (
    select
        deal_id,
        touchpoint_id,
        position,
        occurred_at,
        row_number() over (partition by deal_id order by position) as expected_position,
        lag(occurred_at) over (partition by deal_id order by position) as time_before
    from {{ ref('int_touch') }}
)

select *
from numbered
where position <> expected_position or occurred_at < time_before
