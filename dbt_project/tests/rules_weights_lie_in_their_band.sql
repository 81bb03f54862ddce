-- Rule 11: every eligible touchpoint has one known influence type and a weight inside its band.
{{ config(tags=['touchpoints']) }}

with banded as (
    select
        touchpoint_id,
        influence_type,
        weight,
        {{ band_low('influence_type') }} as lowest,
        {{ band_high('influence_type') }} as highest
    from {{ ref('int_touch') }}
)

select *
from banded
where
    influence_type is null
    or lowest is null
    or weight is null
    or weight > 1
    or (
        influence_type <> 'accelerated'
        and weight not between lowest and highest
        and not (influence_type = 'integration_driven' and weight = {{ integration_weight_unknown() }})
    )
    or (influence_type = 'accelerated' and weight < lowest)
