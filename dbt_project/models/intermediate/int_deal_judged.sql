with deals as (
    select
        {{ all_but('landed', ['closed_at', 'close_date', 'is_close_a_date', 'currency']) }},
        coalesce(currency, '{{ reporting_currency() }}') as currency,
        case when status <> 'open' then closed_at end as closed_at,
        case when status <> 'open' then close_date end as close_date,
        status <> 'open' and is_close_a_date as is_close_a_date,
        case when status = 'open' then {{ local_date(as_of()) }} else close_date end as rate_day
    from {{ ref('stg_crm__deals') }} as landed
),

accounts as (
    select * from {{ ref('int_account_judged') }} where exclusion_reason is null
),

tables as (
    select coalesce(bool_or(is_available), false) as has_accounts
    from {{ source('landed', 'landed_table') }}
    where table_name = 'accounts'
),

rates as (
    select * from {{ ref('int_exchange_rate_judged') }} where exclusion_reason is null
),

copies as (
    {{ copy_numbers('deals', ['deal_id'], greatest_first('deals', [
        'updated_at', 'deal_name', 'account_id', 'deal_type', 'status', 'stage', 'amount', 'currency', 'list_amount',
        'arr', 'term_months', 'created_at', 'closed_at', 'expected_close_at', 'source', 'source_partner_id',
        'first_sales_contact_at', 'reported_category', 'churned_at', 'owner_id', 'segment', 'region', 'is_deleted',
    ])) }}
),

rate_days as (
    select distinct
        currency,
        rate_day
    from deals
    where currency <> '{{ reporting_currency() }}'
),

day_rates as (
    select
        rate_days.currency,
        rate_days.rate_day,
        rates.rate
    from rate_days
    inner join rates
        on
            rate_days.currency = rates.currency
            and rate_days.rate_day >= rates.valid_from
            and (rate_days.rate_day < rates.valid_until or rates.valid_until is null)
),

priced as (
    select
        deals.*,
        accounts.account_name,
        accounts.account_id is null as is_account_unknown,
        tables.has_accounts,
        coalesce(copies.copy_number, 1) > 1 as is_duplicate,
        coalesce(deals.churned_at, accounts.churned_at) as revenue_churned_at,
        case when deals.status = 'open' then {{ as_of() }} else deals.closed_at end as churn_judged_at,
        {{ money('deals.amount') }} as amount_original,
        {{ money('deals.amount * ' ~ rate_in_force('deals.currency', 'day_rates.rate')) }} as amount_reporting,
        {{ money('deals.list_amount * ' ~ rate_in_force('deals.currency', 'day_rates.rate')) }} as list_amount_reporting
    from deals
    cross join tables
    left join accounts on deals.account_id = accounts.account_id
    left join copies on deals.record_id = copies.record_id
    left join day_rates on deals.currency = day_rates.currency and deals.rate_day = day_rates.rate_day
),

tested as (
    select
        *,
        status <> 'open' and closed_at is null as is_undated,
        coalesce(closed_at > {{ as_of() }}, false) as is_closed_in_future,
        amount is not null and amount_reporting is null as is_without_rate,
        coalesce(amount < 0, false) as is_negative,
        coalesce(amount_reporting < {{ floor_amount() }}, false) as is_below_floor,
        coalesce(revenue_churned_at <= {{ as_of() }}, false)
        and not coalesce(revenue_churned_at < churn_judged_at, false) as is_churned
    from priced
),

judged as (
    select
        *,
        {{ names_that_hold([
            ('deleted', 'is_deleted'),
            ('duplicate', 'is_duplicate'),
            ('no_close_date', 'is_undated'),
            ('closed_in_future', 'is_closed_in_future'),
            ('no_amount', 'amount is null'),
            ('no_exchange_rate', 'is_without_rate'),
            ('negative', 'is_negative'),
            ('below_floor', 'is_below_floor'),
            ('churned', 'is_churned and ' ~ exclude_churned()),
        ]) }} as reasons,
        {{ names_that_hold([
            ('churned', 'is_churned and not ' ~ exclude_churned()),
            ('unknown_account', 'is_account_unknown and has_accounts'),
        ]) }} as notes
    from tested
),

final as (
    select
        record_id,
        source_record,
        deal_id,
        deal_name,
        account_id,
        account_name,
        deal_type,
        status,
        stage,
        amount_reporting as amount,
        currency,
        amount_original,
        list_amount_reporting as list_amount,
        cast(amount_reporting * 100 as bigint) as amount_cents,
        created_at,
        closed_at,
        close_date,
        is_close_a_date,
        expected_close_at,
        source,
        source_partner_id,
        first_sales_contact_at,
        reported_category,
        revenue_churned_at as churned_at,
        owner_id,
        segment,
        region,
        updated_at,
        {{ list_join('reasons', 'notes') }} as flags,
        reasons,
        {{ list_first('reasons') }} as exclusion_reason,
        is_duplicate,
        {{ list_first('reasons') }} is null as is_eligible,
        status <> 'open'
        and not (is_deleted or is_duplicate or is_undated or is_closed_in_future or is_below_floor) as counts_in_rates,
        status = 'won' and coalesce({{ list_first('reasons') }}, 'churned') = 'churned' as counts_as_booked,
        case when status <> 'open' then {{ days_between(local_date('created_at'), 'close_date') }} end
            as sales_cycle_days,
        case when list_amount > 0 then cast(list_amount - amount as double) / cast(list_amount as double) end
            as discount_rate
    from judged
)

select * from final
