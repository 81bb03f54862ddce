-- Each partner's credit over the chain of its parents, where the policy splits chains.
with
parts as (
    select * from {{ source('engine', 'split_chain') }}
),

deals as (
    select
        deal_id,
        close_date
    from {{ ref('int_deal') }}
),

final as (
    select
        parts.deal_id,
        parts.partner_id,
        parts.beneficiary_partner_id,
        parts.model,
        parts.level,
        {{ cents_to_money('parts.credit_cents') }} as credit_amount,
        parts.chain_end,
        deals.close_date
    from parts
    left join deals on parts.deal_id = deals.deal_id
)

select * from final
