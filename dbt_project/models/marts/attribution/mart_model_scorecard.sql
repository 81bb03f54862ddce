-- How each model does on deals that closed after its credit was given.
with
judged as (
    select * from {{ source('engine', 'model_scorecard') }}
),

final as (
    select
        model,
        measure,
        value,
        value_low,
        value_high,
        partner_count,
        deal_count,
        quarter_count,
        is_small_sample,
        note,
        meaning,
        cut_at
    from judged
)

select * from final
