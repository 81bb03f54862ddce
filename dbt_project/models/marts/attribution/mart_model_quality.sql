-- How well each learned model predicts deals that it did not learn from.
with
learned as (
    select * from {{ source('engine', 'learned_quality') }}
),

final as (
    select
        model,
        measure,
        sample,
        value,
        base_value,
        deal_count,
        won_count,
        closed_from,
        closed_until
    from learned
)

select * from final
