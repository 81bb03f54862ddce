-- What changed of the deals that moved themselves. A time is not a change where the policy's time zone cut it anew.
with
deals as (
    select * from {{ ref('int_restatement_deal') }}
),

previous as (
    select
        least(as_of, {{ as_of() }}) as earlier,
        greatest(as_of, {{ as_of() }}) as later,
        reporting_currency = '{{ reporting_currency() }}' as is_currency_alike
    from {{ source('previous', 'mart_report_context') }}
),

rules as (
    select * from {{ ref('int_restatement_rules') }}
),

field_rows as (
    select
        deal_id,
        case when is_in_old then 'deleted' else 'created' end as kind,
        cast(null as varchar) as field,
        cast(null as varchar) as old_value,
        cast(null as varchar) as new_value
    from deals
    where not (is_in_old and is_in_new)
    union all
    select
        deal_id,
        case when new_is_deleted then 'deleted' else 'restored' end as kind,
        cast(null as varchar) as field,
        cast(null as varchar) as old_value,
        cast(null as varchar) as new_value
    from deals
    where is_in_old and is_in_new and old_is_deleted <> new_is_deleted
    {% for field, is_time in deal_facts().items() %}
        union all
        select
            deals.deal_id,
            'changed' as kind,
            '{{ field }}' as field,
            cast(deals.old_{{ field }} as varchar) as old_value,
            cast(deals.new_{{ field }} as varchar) as new_value
        from deals
        cross join rules
        where
            deals.is_in_old and deals.is_in_new
            and deals.old_{{ field }} is distinct from deals.new_{{ field }}
            and not ({{ is_time }} and rules.is_zone_changed)
    {% endfor %}
),

-- The same amount in the same currency on the same day is worth another sum: its exchange rate was changed.
rate_rows as (
    select
        deals.deal_id,
        deals.new_currency as currency,
        cast(deals.old_amount as varchar) as old_value,
        cast(deals.new_amount as varchar) as new_value
    from deals
    inner join previous on previous.is_currency_alike
    where
        deals.is_in_old and deals.is_in_new
        and deals.old_amount is distinct from deals.new_amount
        and deals.old_amount_original is not distinct from deals.new_amount_original
        and deals.old_currency is not distinct from deals.new_currency
        and deals.old_close_date is not distinct from deals.new_close_date
),

-- Nothing was entered: its churn date has come, or the as-of time went back before its close.
time_rows as (
    select
        deals.deal_id,
        deals.old_exclusion_reason as old_value,
        deals.new_exclusion_reason as new_value
    from deals
    inner join previous
        on
            (deals.new_churned_at > previous.earlier and deals.new_churned_at <= previous.later)
            or (deals.new_closed_at > previous.earlier and deals.new_closed_at <= previous.later)
    where deals.is_in_old and deals.old_exclusion_reason is distinct from deals.new_exclusion_reason
),

final as (
    select
        deal_id,
        'new_data' as cause,
        kind,
        'deals' as table_name,
        deal_id as row_id,
        field,
        old_value,
        new_value
    from field_rows
    union all
    select
        deal_id,
        'new_data' as cause,
        'changed' as kind,
        'exchange_rates' as table_name,
        currency as row_id,
        'amount of ' || deal_id as field,
        old_value,
        new_value
    from rate_rows
    union all
    select
        deal_id,
        'as_of' as cause,
        'time_passed' as kind,
        'deals' as table_name,
        deal_id as row_id,
        'exclusion_reason' as field,
        old_value,
        new_value
    from time_rows
)

select * from final
