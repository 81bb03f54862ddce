with candidates as (
    select * from {{ ref('int_candidate') }}
),

duplicates as (
    select * from {{ ref('int_duplicate') }} where is_duplicate
),

deals as (
    select
        deal_id,
        anchor_at,
        window_start
    from {{ ref('int_deal') }}
),

reasoned as (
    select
        candidates.*,
        duplicates.stays_as as duplicate_of,
        deals.anchor_at,
        deals.window_start,
        coalesce(candidates.exclusion_reason, 'duplicate') as reason,
        case
            when duplicates.touchpoint_id is not null then {{ names_that_hold([('duplicate', 'true')]) }}
            else candidates.reasons
        end as all_reasons
    from candidates
    left join duplicates on candidates.touchpoint_id = duplicates.touchpoint_id
    left join deals on candidates.deal_id = deals.deal_id
    where candidates.exclusion_reason is not null or duplicates.touchpoint_id is not null
),

final as (
    select
        touchpoint_id,
        deal_id,
        source_table,
        source_record_id,
        source_record,
        reason,
        all_reasons,
        duplicate_of,
        case reason
            when 'unknown_partner' then 'No partner ' || coalesce(partner_id, '(empty)') || ' in partners'
            when 'unknown_deal' then 'It names a deal that is not in deals'
            when 'unrelated' then 'It names neither a deal nor an account'
            when 'no_deal_in_window'
                then
                    coalesce('Deal ' || deal_id, 'Account ' || account_id || ': no deal')
                    || case when deal_id is null then ' that' else ':' end || ' its time, '
                    || {{ time_text('occurred_at') }} || ', reaches'
            when 'unknown_activity_type' then 'Activity type ' || coalesce(activity_type, '(empty)') || ' is not known'
            when 'late_registration'
                then
                    'Submitted ' || {{ time_text('occurred_at') }}
                    || ', after the deal''s creation and the first sales contact'
            when 'source_conflict' then 'Another partner touchpoint is the source of deal ' || deal_id
            when 'missing_timestamp' then 'Its time is empty or could not be read'
            when 'in_future'
                then {{ time_text('occurred_at') }} || ' is after the as-of time ' || {{ time_text(as_of()) }}
            when 'after_close'
                then {{ time_text('occurred_at') }} || ' is after the close ' || {{ time_text('anchor_at') }}
            when 'logged_after_close' then 'Logged ' || {{ time_text('logged_at') }} || ', after the close'
            when 'outside_lookback'
                then
                    {{ time_text('occurred_at') }} || ' is before the window that starts '
                    || {{ time_text('window_start') }}
            when 'duplicate' then 'The same as ' || duplicate_of || ', which stays'
        end as detail
    from reasoned
)

select * from final
