-- Rules 1 to 4: an eligible deal has an amount of at least the floor, in whole cents; a decided one a close by now.
{{ config(tags=['touchpoints']) }}

select
    deal_id,
    status,
    amount,
    amount_cents,
    closed_at
from {{ ref('int_deal') }}
where
    is_eligible
    and (
        amount is null
        or amount < {{ floor_amount() }}
        or amount_cents is distinct from cast(amount * 100 as bigint)
        or (status <> 'open' and (closed_at is null or closed_at > {{ as_of() }}))
    )
