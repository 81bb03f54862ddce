-- How far two models would give the same credit to the same partners.
with
judged as (
    select * from {{ source('engine', 'model_agreement') }}
),

final as (
    select
        model,
        other_model,
        overlap,
        partner_count
    from judged
)

select * from final
