-- What changed of the deals that moved themselves. A time is not a change where the policy's time zone cut it anew.
with
deals as (
    select * from {{ ref('int_restatement_deal') }}
),

previous as (
    select
        as_of,
        least(as_of, {{ as_of() }}) as earlier,
        greatest(as_of, {{ as_of() }}) as later,
        reporting_currency = '{{ reporting_currency() }}' as is_currency_alike
    from {{ source('previous', 'mart_report_context') }}
),

rules as (
    select * from {{ ref('int_restatement_rules') }}
),

deals_in_both as (
    select * from deals
    where is_in_old and is_in_new
),

row_rows as (
    select
        deal_id,
        case when is_in_old then 'deleted' else 'created' end as kind
    from deals
    where not (is_in_old and is_in_new)
    union all
    select
        deal_id,
        case when new_is_deleted then 'deleted' else 'restored' end as kind
    from deals_in_both
    where old_is_deleted <> new_is_deleted
),

fields as (
    {{ field_changes('deals_in_both', deal_facts()) }}
),

-- A churn is the one event of a deal that may move a period which had closed before it happened.
field_rows as (
    select
        fields.deal_id,
        case
            when fields.field = 'last_stage_change_at' and fields.has_close_come then 'time_passed'
            when
                fields.field = 'churned_at'
                and fields.new_churned_at > previous.as_of and fields.new_churned_at <= {{ as_of() }}
                then 'happened_since'
            else 'changed'
        end as kind,
        fields.field,
        fields.old_value,
        fields.new_value
    from fields
    cross join previous
    cross join rules
    where not (fields.is_time and rules.is_zone_changed)
),

-- The same amount in the same currency on the same day is worth another sum: its exchange rate was changed.
rate_rows as (
    select
        deals.deal_id,
        deals.new_currency as row_id,
        'amount of ' || deals.deal_id as field,
        cast(deals.old_amount as varchar) as old_value,
        cast(deals.new_amount as varchar) as new_value
    from deals_in_both as deals
    inner join previous on previous.is_currency_alike
    where
        deals.old_amount is distinct from deals.new_amount
        and deals.old_amount_original is not distinct from deals.new_amount_original
        and deals.old_currency is not distinct from deals.new_currency
        and deals.old_close_date is not distinct from deals.new_close_date
),

-- Nothing was entered: its churn date has come, or the as-of time went back before its close.
time_rows as (
    select
        deals.deal_id,
        'exclusion_reason' as field,
        deals.old_exclusion_reason as old_value,
        deals.new_exclusion_reason as new_value
    from deals
    inner join previous
        on
            (
                deals.new_churned_at > previous.earlier and deals.new_churned_at <= previous.later
                and deals.old_churned_at is not distinct from deals.new_churned_at
            )
            or (deals.new_closed_at > previous.earlier and deals.new_closed_at <= previous.later)
    where deals.is_in_old and deals.old_exclusion_reason is distinct from deals.new_exclusion_reason
),

final as (
    select
        *,
        'new_data' as cause,
        'deals' as table_name,
        deal_id as row_id
    from row_rows
    union all by name
    select
        *,
        case when kind = 'time_passed' then 'as_of' else 'new_data' end as cause,
        'deals' as table_name,
        deal_id as row_id
    from field_rows
    union all by name
    select
        *,
        'new_data' as cause,
        'changed' as kind,
        'exchange_rates' as table_name
    from rate_rows
    union all by name
    select
        *,
        'as_of' as cause,
        'time_passed' as kind,
        'deals' as table_name,
        deal_id as row_id
    from time_rows
)

select * from final
