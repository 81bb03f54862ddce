-- Whether the policy's rules on rows changed: what follows from rules alone is then not told as a change of data.
with
changes as (
    select * from {{ ref('int_restatement_policy') }}
),

final as (
    select
        coalesce(bool_or(bears_on in ('all', 'credit')), false) as are_changed,
        coalesce(bool_or(key = 'time_zone'), false) as is_zone_changed
    from changes
)

select * from final
