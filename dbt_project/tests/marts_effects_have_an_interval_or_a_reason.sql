{{ config(tags=['credits']) }}
-- An effect comes with an interval that holds it and that chance alone can't exceed; without one the mart says why.
with
studied as (
    select * from {{ ref('mart_incrementality') }}
),

final as (
    select * from studied
    where
        (effect is null) = (reason is null)
        or coalesce(not (effect_low <= sampling_low and sampling_low <= effect), false)
        or coalesce(not (effect <= sampling_high and sampling_high <= effect_high), false)
        or (effect is not null and (effect_low is null or effect_high is null))
        or (lost_amount is null) <> (outcome <> 'win_rate' or effect is null)
)

select * from final
