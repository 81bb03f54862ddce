-- Every number that a learned model scores with.
with
learned as (
    select * from {{ source('engine', 'learned_parameter') }}
),

final as (
    select
        model,
        parameter,
        value,
        value_low,
        value_high,
        meaning
    from learned
)

select * from final
