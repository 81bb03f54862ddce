-- When each partner began to work after it joined, and whether it still does. Who counts partners by this asks first
-- whether they have had the time.
with
partners as (
    select
        partner_id,
        joined_at,
        {{ local_date('joined_at') }} as joined_on,
        coalesce({{ local_date('joined_at') }}, cast('0001-01-01' as date)) as counted_from
    from {{ ref('int_partner_judged') }}
    where exclusion_reason is null
),

activities as (
    select
        partners.partner_id,
        min(
            case
                when {{ local_date('candidate.occurred_at') }} >= partners.counted_from then candidate.occurred_at
            end
        ) as first_activity_at,
        max(candidate.occurred_at) as last_activity_at
    from {{ ref('int_candidate') }} as candidate
    inner join partners on candidate.partner_id = partners.partner_id
    where candidate.origin in ('activity', 'deal_source') and candidate.occurred_at <= {{ as_of() }}
    group by partners.partner_id
),

-- What happened before the first activity on record was not recorded, so an early partner may have begun unseen.
records as (
    select min({{ local_date('candidate.occurred_at') }}) as first_recorded_on
    from {{ ref('int_candidate') }} as candidate
    where candidate.origin in ('activity', 'deal_source') and candidate.occurred_at <= {{ as_of() }}
),

touches as (
    select
        partner_id,
        min(occurred_at) as first_touchpoint_at
    from {{ ref('int_touch') }}
    group by partner_id
),

known as (
    select
        partners.partner_id,
        partners.joined_at,
        activities.first_activity_at,
        touches.first_touchpoint_at,
        activities.last_activity_at,
        {{ days_between('partners.joined_on', local_date('activities.first_activity_at')) }} as activated_within_days,
        {{ days_between('partners.joined_on', local_date(as_of())) }} as days_since_joining,
        coalesce(partners.joined_on < records.first_recorded_on, false) as joined_before_records
    from partners
    cross join records
    left join activities on partners.partner_id = activities.partner_id
    left join touches on partners.partner_id = touches.partner_id
),

final as (
    select
        partner_id,
        joined_at,
        first_activity_at,
        first_touchpoint_at,
        last_activity_at,
        activated_within_days,
        days_since_joining,
        coalesce(activated_within_days <= {{ activation_days() }}, false) as is_activated,
        coalesce(days_since_joining > {{ activation_days() }}, false) as is_old_enough,
        joined_before_records,
        coalesce(days_since_joining > {{ activation_days() }}, false) and not joined_before_records as is_judged,
        coalesce(
            last_activity_at >= {{ months_before(as_of(), local_date(as_of()), 'false', active_months()) }}, false
        ) as is_active
    from known
)

select * from final
