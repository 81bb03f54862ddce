-- The attribution models of this run, for the methodology.
with
models as (
    select * from {{ source('engine', 'model_run') }}
),

final as (
    select
        model,
        is_full,
        is_additive,
        is_learned,
        gave_credit,
        cast(reason as varchar) as reason,
        formula,
        cast(sort_order as integer) as sort_order,
        model = '{{ primary_model() }}' as is_primary
    from models
)

select * from final
