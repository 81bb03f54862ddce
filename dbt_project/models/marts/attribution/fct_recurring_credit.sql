-- Won deals with what renewals and expansions owe to the partner that sourced the account's first deal.
with
parts as (
    select * from {{ source('engine', 'split_recurring') }}
),

deals as (
    select
        deal_id,
        close_date
    from {{ ref('int_deal') }}
),

origins as (
    select
        deal_id,
        first_deal_id,
        year_number
    from {{ ref('int_recurring_origin') }}
),

final as (
    select
        parts.deal_id,
        parts.part,
        parts.partner_id,
        parts.model,
        {{ cents_to_money('parts.credit_cents') }} as credit_amount,
        case when parts.part = 'origin' then origins.first_deal_id end as first_deal_id,
        case when parts.part = 'origin' then origins.year_number end as year_number,
        deals.close_date
    from parts
    left join deals on parts.deal_id = deals.deal_id
    left join origins on parts.deal_id = origins.deal_id
)

select * from final
