-- The game behind shapley: what each set of channels was seen to win.
with
learned as (
    select * from {{ source('engine', 'learned_coalition') }}
),

final as (
    select
        model,
        coalition,
        channel_count,
        deal_count,
        won_count,
        win_rate,
        value
    from learned
)

select * from final
