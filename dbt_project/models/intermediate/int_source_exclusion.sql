with judged as (
    {{ excluded_rows('deals', 'int_deal_judged', 'deal_id', deal_exclusion_detail()) }}
    union all
    {{ excluded_rows('deal_stage_history', 'int_stage_judged', 'deal_id') }}
    union all
    {{ excluded_rows('accounts', 'int_account_judged', 'account_id') }}
    union all
    {{ excluded_rows('account_integrations', 'int_integration_judged', "account_id || ' ' || integration_name") }}
    union all
    {{ excluded_rows('partners', 'int_partner_judged', 'partner_id') }}
    union all
    {{ excluded_rows('partner_activities', 'int_activity_judged', 'activity_id') }}
    union all
    {{ excluded_rows(
        'deal_registrations', 'int_registration_judged', 'registration_id',
        "'Status ' || coalesce(status, '(empty)')"
    ) }}
    union all
    {{ excluded_rows('partner_investments', 'int_investment_judged', "period_month || ' ' || category") }}
    union all
    {{ excluded_rows(
        'attribution_overrides', 'int_override_judged', 'override_id',
        "'Deal ' || coalesce(deal_id, '(empty)') || ', partner ' || coalesce(partner_id, '(empty)')"
    ) }}
    union all
    {{ excluded_rows('exchange_rates', 'int_exchange_rate_judged', "currency || ' ' || valid_from") }}
    union all
    {{ excluded_rows('targets', 'int_target_judged', "metric || ' ' || period_start || ' to ' || period_end") }}
),

-- A source row is used by one eligible candidate; else it tells the reason of the candidate that came nearest.
unused as (
    select
        excluded.*,
        row_number() over (
            partition by excluded.source_table, excluded.source_record_id
            order by {{ reason_rank('excluded.reason') }} nulls first, excluded.touchpoint_id desc
        ) as nearness
    from {{ ref('int_candidate_excluded') }} as excluded
    left join {{ ref('int_touch_eligible') }} as eligible
        on
            excluded.source_table = eligible.source_table
            and excluded.source_record_id = eligible.source_record_id
    where eligible.touchpoint_id is null and excluded.source_table <> 'deals'
),

candidate_row as (
    select
        'partner_activities' as table_name,
        record_id,
        activity_id as key
    from {{ ref('int_activity_judged') }}
    union all
    select
        'deal_registrations' as table_name,
        record_id,
        registration_id as key
    from {{ ref('int_registration_judged') }}
    union all
    select
        'account_integrations' as table_name,
        record_id,
        account_id || ' ' || integration_name as key
    from {{ ref('int_integration_judged') }}
),

untouched as (
    select
        unused.source_table as table_name,
        unused.source_record_id as row_id,
        max(candidate_row.key) as key,
        {{ last_by('unused.reason', 'unused.nearness') }} as reason,
        {{ union_of_lists('unused.all_reasons') }} as all_reasons,
        {{ last_by('unused.detail', 'unused.nearness') }} as detail,
        max(unused.source_record) as source_record
    from unused
    inner join candidate_row
        on
            unused.source_table = candidate_row.table_name
            and unused.source_record_id = candidate_row.record_id
    group by unused.source_table, unused.source_record_id
),

bad as (
    select
        table_name,
        record_id as row_id,
        max(key) as key,
        'bad_row' as reason,
        {{ names_that_hold([('bad_row', 'true')]) }} as all_reasons,
        {{ joined_texts(
            "coalesce(column_name, 'row') || ' = ' || coalesce(value, '(empty)') || ': ' || reason", "'; '", 'column_name'
        ) }} as detail,
        max(source) as source_record
    from {{ source('landed', 'bad_row') }}
    group by table_name, record_id
),

final as (
    select * from judged
    union all
    select * from untouched
    union all
    select * from bad
)

select * from final
