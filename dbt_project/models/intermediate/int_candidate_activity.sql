{{ config(materialized="view") }}

with activities as (
    select * from {{ ref('int_activity_judged') }} where exclusion_reason is null
),

deals as (
    select
        deal_id,
        account_id,
        activity_window_start,
        greatest(anchor_at, created_at) as activity_window_end
    from {{ ref('int_deal') }}
),

deal_accounts as (
    select distinct account_id from deals where account_id is not null
),

-- An activity that names a deal belongs to it and to no other.
named as (
    select
        activities.*,
        deals.deal_id as matched_deal_id,
        deals.deal_id is null as is_deal_unknown,
        false as is_without_deal
    from activities
    left join deals on activities.deal_id = deals.deal_id
    where activities.deal_id is not null
),

-- One that names only an account belongs to each of its deals that was open then, or was created soon after.
by_account as (
    select
        activities.*,
        deals.deal_id as matched_deal_id,
        false as is_deal_unknown,
        activities.account_id is not null
        and deals.deal_id is null
        and (activities.occurred_at is not null or deal_accounts.account_id is null) as is_without_deal
    from activities
    left join deals
        on
            activities.account_id = deals.account_id
            and activities.occurred_at >= deals.activity_window_start
            and activities.occurred_at <= deals.activity_window_end
    left join deal_accounts on activities.account_id = deal_accounts.account_id
    where activities.deal_id is null
),

belonging as (
    select * from named
    union all
    select * from by_account
),

final as (
    select
        {{ touchpoint_id('activity', ['activity_id', 'matched_deal_id']) }} as touchpoint_id,
        matched_deal_id as deal_id,
        partner_id,
        account_id,
        activity_type,
        occurred_at,
        logged_at,
        asset_name,
        engagement_depth,
        details,
        activity_id as sort_id,
        'partner_activities' as source_table,
        record_id as source_record_id,
        source_record,
        is_deal_unknown,
        deal_id is null and account_id is null as is_unrelated,
        is_without_deal
    from belonging
)

select * from final
