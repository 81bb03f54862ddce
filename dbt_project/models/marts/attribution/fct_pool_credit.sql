-- Each deal's credit over co-sell pools: the roles that partners played.
with
parts as (
    select * from {{ source('engine', 'split_pool') }}
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
        parts.role,
        parts.partner_id,
        parts.model,
        {{ cents_to_money('parts.credit_cents') }} as credit_amount,
        deals.close_date
    from parts
    left join deals on parts.deal_id = deals.deal_id
)

select * from final
