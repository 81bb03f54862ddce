-- Cost rows in reporting currency, at the rate of their month's last day (rule 1). A row without a rate stays, with a
-- null amount. Months after the as-of day have not been paid for yet.
with
investments as (
    select * from {{ ref('stg_crm__partner_investments') }}
    where not is_deleted and cast(date_trunc('month', period_month) as date) <= {{ local_date(as_of()) }}
),

rates as (
    select * from {{ ref('int_exchange_rate_judged') }}
    where exclusion_reason is null
),

dated as (
    select
        record_id,
        partner_id,
        category,
        amount as amount_original,
        coalesce(currency, '{{ reporting_currency() }}') as currency,
        {{ period_start('period_month', 'month') }} as month_start,
        last_day(period_month) as rate_day
    from investments
),

final as (
    select
        dated.record_id,
        dated.partner_id,
        dated.category,
        dated.month_start,
        dated.currency,
        dated.amount_original,
        {{ money('dated.amount_original * ' ~ rate_in_force('dated.currency', 'rates.rate')) }} as amount
    from dated
    left join rates
        on
            dated.currency = rates.currency
            and dated.rate_day >= rates.valid_from
            and (dated.rate_day < rates.valid_until or rates.valid_until is null)
)

select * from final
