with candidates as (
    select
        touchpoint_id,
        deal_id,
        partner_id,
        account_id,
        'deal_source' as origin,
        cast(null as {{ dbt.type_string() }}) as activity_type,
        occurred_at,
        cast(null as timestamp) as logged_at,
        cast(null as {{ dbt.type_string() }}) as asset_name,
        cast(null as double) as engagement_depth,
        details,
        coalesce(deal_id, registration_id) as sort_id,
        source_table,
        source_record_id,
        source_record,
        registration_id,
        is_source,
        is_deal_unknown,
        is_unrelated,
        is_without_deal,
        is_late,
        is_conflict,
        false as is_in_use
    from {{ ref('int_candidate_source') }}
    union all
    select
        touchpoint_id,
        deal_id,
        partner_id,
        account_id,
        'activity' as origin,
        activity_type,
        occurred_at,
        logged_at,
        asset_name,
        engagement_depth,
        details,
        sort_id,
        source_table,
        source_record_id,
        source_record,
        cast(null as {{ dbt.type_string() }}) as registration_id,
        false as is_source,
        is_deal_unknown,
        is_unrelated,
        is_without_deal,
        false as is_late,
        false as is_conflict,
        false as is_in_use
    from {{ ref('int_candidate_activity') }}
    union all
    select
        touchpoint_id,
        deal_id,
        partner_id,
        account_id,
        'integration' as origin,
        cast(null as {{ dbt.type_string() }}) as activity_type,
        occurred_at,
        cast(null as timestamp) as logged_at,
        integration_name as asset_name,
        engagement_depth,
        details,
        sort_id,
        source_table,
        source_record_id,
        source_record,
        cast(null as {{ dbt.type_string() }}) as registration_id,
        false as is_source,
        false as is_deal_unknown,
        false as is_unrelated,
        is_without_deal,
        false as is_late,
        false as is_conflict,
        is_in_use
    from {{ ref('int_candidate_integration') }}
),

deals as (
    select
        deal_id,
        anchor_at,
        closed_at,
        window_start
    from {{ ref('int_deal') }}
),

partners as (
    select
        partner_id,
        joined_at
    from {{ ref('int_partner_judged') }}
    where exclusion_reason is null
),

tested as (
    select
        candidates.*,
        partners.partner_id is null as is_partner_unknown,
        candidates.origin = 'activity'
        and coalesce(candidates.activity_type, '') not in {{ known_activity_types() }} as is_type_unknown,
        candidates.occurred_at > {{ as_of() }} as is_in_future,
        candidates.occurred_at > deals.anchor_at as is_after_close,
        candidates.occurred_at < deals.window_start as is_outside_lookback,
        candidates.logged_at > deals.closed_at as is_logged_after_close,
        candidates.occurred_at < partners.joined_at as is_before_partner_joined
    from candidates
    left join deals on candidates.deal_id = deals.deal_id
    left join partners on candidates.partner_id = partners.partner_id
),

judged as (
    select
        {{ all_but('tested', [
            'is_deal_unknown', 'is_unrelated', 'is_without_deal', 'is_late', 'is_conflict', 'is_in_use',
            'is_partner_unknown', 'is_type_unknown', 'is_in_future', 'is_after_close', 'is_outside_lookback',
            'is_logged_after_close', 'is_before_partner_joined',
        ]) }},
        {{ names_that_hold([
            ('unknown_partner', 'is_partner_unknown'),
            ('unknown_deal', 'is_deal_unknown'),
            ('unrelated', 'is_unrelated'),
            ('no_deal_in_window', 'is_without_deal'),
            ('unknown_activity_type', 'is_type_unknown'),
            ('late_registration', 'is_late'),
            ('source_conflict', 'is_conflict'),
            ('missing_timestamp', 'occurred_at is null'),
            ('in_future', 'is_in_future'),
            ('after_close', 'is_after_close'),
            ('logged_after_close', 'is_logged_after_close and ' ~ exclude_logged_after_close()),
            ('outside_lookback', 'is_outside_lookback'),
        ]) }} as reasons,
        {{ names_that_hold([
            ('in_use', 'is_in_use'),
            ('logged_after_close', 'is_logged_after_close and not ' ~ exclude_logged_after_close()),
            ('before_partner_joined', 'is_before_partner_joined'),
        ]) }} as notes
    from tested
),

final as (
    select
        *,
        {{ list_first('reasons') }} as exclusion_reason
    from judged
)

select * from final
