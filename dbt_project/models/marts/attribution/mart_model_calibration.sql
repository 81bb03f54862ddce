-- Predicted against observed win rates of the test deals of each learned model.
with
learned as (
    select * from {{ source('engine', 'learned_calibration') }}
),

final as (
    select
        model,
        bin,
        deal_count,
        won_count,
        predicted_rate,
        observed_rate
    from learned
)

select * from final
