-- The ledger of what moved: summed over deals, tiers and types it gives the difference of each figure that moved.
with
moves as (
    select * from {{ ref('int_restatement_cause') }}
),

deals as (
    select
        deal_id,
        deal_name
    from {{ ref('dim_deal') }}
),

final as (
    select
        moves.deal_id,
        deals.deal_name,
        moves.month_start,
        moves.measure,
        moves.model,
        moves.partner_id,
        moves.tier,
        moves.influence_type,
        moves.is_tier_change,
        moves.old_amount,
        moves.new_amount,
        cast(moves.new_amount - moves.old_amount as decimal(18, 2)) as change_amount,
        moves.cause,
        moves.causes as all_causes,
        moves.evidence
    from moves
    left join deals on moves.deal_id = deals.deal_id
)

select * from final
