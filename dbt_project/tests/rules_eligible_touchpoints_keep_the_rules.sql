-- Rules 5 to 7: what is eligible has a known partner and a time inside its deal's window, not after the as-of time.
{{ config(tags=['touchpoints']) }}

select
    touches.touchpoint_id,
    touches.occurred_at,
    deals.window_start,
    deals.anchor_at
from {{ ref('int_touch') }} as touches
left join {{ ref('int_deal') }} as deals on touches.deal_id = deals.deal_id
left join {{ ref('dim_partner') }} as partners on touches.partner_id = partners.partner_id
where
    deals.deal_id is null
    or partners.partner_id is null
    or touches.occurred_at is null
    or touches.occurred_at < deals.window_start
    or touches.occurred_at > deals.anchor_at
    or touches.occurred_at > {{ as_of() }}
