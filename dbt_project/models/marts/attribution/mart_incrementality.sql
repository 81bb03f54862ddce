-- What would be lost without partners: their effect on win rate, deal size and cycle.
with
studied as (
    select * from {{ source('engine', 'incrementality') }}
),

final as (
    select
        outcome,
        dimension,
        arm,
        touched_deals,
        comparison_deals,
        decided_deals,
        with_partner,
        without_partner,
        effect,
        effect_low,
        effect_high,
        sampling_low,
        sampling_high,
        confidence,
        unseen_strength,
        unseen_allowance,
        times_to_nothing,
        e_value,
        e_value_low,
        effective_comparison_deals,
        overlap_share,
        imbalance_before,
        imbalance_after,
        lost_deals,
        lost_deals_low,
        lost_deals_high,
        {{ cents_to_money('decided_amount_cents') }} as decided_amount,
        {{ cents_to_money('lost_amount_cents') }} as lost_amount,
        {{ cents_to_money('lost_amount_low_cents') }} as lost_amount_low,
        {{ cents_to_money('lost_amount_high_cents') }} as lost_amount_high,
        strongest_covariate,
        reason,
        note
    from studied
)

select * from final
