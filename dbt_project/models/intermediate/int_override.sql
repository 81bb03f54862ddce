with accepted as (
    select * from {{ ref('int_override_judged') }}
    where exclusion_reason is null
),

deals as (
    select
        deal_id,
        anchor_at,
        status = 'won' and is_eligible as is_creditable
    from {{ ref('int_deal') }}
),

touched as (
    select
        deal_id,
        partner_id
    from {{ ref('int_touch') }}
    group by deal_id, partner_id
),

-- Partners that the model can divide the rest over.
others as (
    select
        touched.deal_id,
        sum(case when accepted.override_id is null then 1 else 0 end) as partner_count
    from touched
    left join accepted on touched.deal_id = accepted.deal_id and touched.partner_id = accepted.partner_id
    group by touched.deal_id
),

final as (
    select
        accepted.override_id,
        accepted.deal_id,
        accepted.partner_id,
        accepted.share,
        {{ share_as_written('accepted.share') }} as exact_share,
        deals.is_creditable,
        deals.is_creditable and touched.partner_id is null as adds_touchpoint,
        deals.is_creditable
        and coalesce(others.partner_count, 0) = 0
        and sum({{ share_as_written('accepted.share') }}) over (partition by accepted.deal_id) < 1
            as leaves_unallocated,
        {{ touchpoint_id('override', ['accepted.override_id']) }} as touchpoint_id,
        coalesce(accepted.approved_at, accepted.requested_at, deals.anchor_at) as decided_at,
        accepted.reason,
        accepted.record_id,
        accepted.source_record
    from accepted
    inner join deals on accepted.deal_id = deals.deal_id
    left join touched on accepted.deal_id = touched.deal_id and accepted.partner_id = touched.partner_id
    left join others on accepted.deal_id = others.deal_id
)

select * from final
