with investments as (
    select
        {{ all_but('landed', ['currency', 'period_month']) }},
        coalesce(currency, '{{ reporting_currency() }}') as currency,
        cast(date_trunc('month', period_month) as date) as period_month,
        last_day(period_month) as rate_day
    from {{ ref('stg_crm__partner_investments') }} as landed
),

rates as (
    select * from {{ ref('int_exchange_rate_judged') }} where exclusion_reason is null
),

live as (
    select * from investments where not is_deleted
),

copies as (
    {{ copy_numbers(
        'live', ['period_month', 'category', 'partner_id', 'amount', 'currency'], 'live.source_record desc'
    ) }}
),

priced as (
    select
        investments.*,
        copies.copy_number,
        {{ money('investments.amount') }} as amount_original,
        {{ money('investments.amount * ' ~ rate_in_force('investments.currency', 'rates.rate')) }} as amount_reporting
    from investments
    left join copies on investments.record_id = copies.record_id
    left join rates
        on
            investments.currency = rates.currency
            and investments.rate_day >= rates.valid_from
            and (investments.rate_day < rates.valid_until or rates.valid_until is null)
),

judged as (
    select
        *,
        {{ names_that_hold([
            ('deleted', 'is_deleted'),
            ('duplicate', 'copy_number > 1'),
            ('in_future', 'period_month > ' ~ local_date(as_of())),
            ('no_amount', 'amount is null'),
            ('no_exchange_rate', 'amount is not null and amount_reporting is null'),
        ]) }} as reasons
    from priced
),

final as (
    select
        record_id,
        source_record,
        period_month,
        category,
        partner_id,
        currency,
        amount_original,
        amount_reporting as amount,
        reasons,
        {{ list_first('reasons') }} as exclusion_reason
    from judged
)

select * from final
