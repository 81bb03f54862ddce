with activities as (
    select * from {{ ref('stg_crm__partner_activities') }}
),

live as (
    select * from activities where not is_deleted
),

copies as (
    {{ copy_numbers('live', ['activity_id'], greatest_first('live', [
        'logged_at', 'partner_id', 'activity_type', 'occurred_at', 'deal_id', 'account_id', 'asset_name',
        'engagement_depth', 'details',
    ])) }}
),

judged as (
    select
        activities.*,
        {{ names_that_hold([
            ('deleted', 'activities.is_deleted'),
            ('superseded', 'copies.copy_number > 1'),
        ]) }} as reasons
    from activities
    left join copies on activities.record_id = copies.record_id
),

final as (
    select
        *,
        {{ list_first('reasons') }} as exclusion_reason
    from judged
)

select * from final
