-- What each channel is worth to each learned model.
with
learned as (
    select * from {{ source('engine', 'learned_channel') }}
),

final as (
    select
        model,
        channel,
        effect,
        effect_low,
        effect_high,
        share,
        {{ cents_to_money('credit_cents') }} as credit_amount,
        deal_count,
        won_count,
        touchpoint_count
    from learned
)

select * from final
