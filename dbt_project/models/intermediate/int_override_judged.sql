with overrides as (
    select * from {{ ref('stg_crm__attribution_overrides') }}
),

deals as (
    select deal_id from {{ ref('int_deal') }}
),

partners as (
    select partner_id from {{ ref('int_partner_judged') }} where exclusion_reason is null
),

live as (
    select * from overrides where not is_deleted
),

copies as (
    {{ copy_numbers('live', ['override_id'], greatest_first('live', [
        'approved_at', 'requested_at', 'deal_id', 'partner_id', 'share', 'reason', 'requested_by', 'approved_by', 'status',
    ])) }}
),

tested as (
    select
        overrides.*,
        {{ names_that_hold([
            ('deleted', 'overrides.is_deleted'),
            ('duplicate', 'copies.copy_number > 1'),
            ('not_approved', "coalesce(overrides.status, 'pending') <> 'approved'"),
            ('unknown_deal', 'deals.deal_id is null'),
            ('unknown_partner', 'partners.partner_id is null'),
            ('no_share', 'overrides.share is null'),
            ('share_out_of_range', 'overrides.share < 0 or overrides.share > 1'),
            ('no_reason', 'overrides.reason is null'),
            ('no_requester', 'overrides.requested_by is null'),
            ('no_approver', 'overrides.approved_by is null'),
            ('self_approved', 'lower(overrides.approved_by) = lower(overrides.requested_by)'),
        ]) }} as faults
    from overrides
    left join deals on overrides.deal_id = deals.deal_id
    left join partners on overrides.partner_id = partners.partner_id
    left join copies on overrides.record_id = copies.record_id
),

-- The last approval of a partner's share of a deal is the one that sets it.
latest as (
    select
        record_id,
        row_number() over (
            partition by deal_id, partner_id
            order by approved_at desc nulls last, override_id desc
        ) as approval_number
    from tested
    where {{ list_first('faults') }} is null
),

standing as (
    select
        tested.record_id,
        sum({{ share_as_written('tested.share') }}) over (partition by tested.deal_id) as deal_share
    from tested
    inner join latest on tested.record_id = latest.record_id
    where latest.approval_number = 1
),

judged as (
    select
        {{ all_but('tested', ['faults']) }},
        {{ list_join('tested.faults', names_that_hold([
            ('superseded', 'latest.approval_number > 1'),
            ('shares_over_one', 'standing.deal_share > 1'),
        ])) }} as reasons
    from tested
    left join latest on tested.record_id = latest.record_id
    left join standing on tested.record_id = standing.record_id
),

final as (
    select
        *,
        {{ list_first('reasons') }} as exclusion_reason
    from judged
)

select * from final
