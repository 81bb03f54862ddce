-- Costs that a run may count: not deleted or repeated, and not later than the as-of month, whose cost has not been paid
-- yet. A row without an amount in reporting currency stays, so that the figures that lack it can say so.
with
investments as (
    select * from {{ ref('int_investment_judged') }}
),

final as (
    select
        record_id,
        partner_id,
        category,
        period_month,
        amount
    from investments
    where coalesce(exclusion_reason, 'no_exchange_rate') in ('no_exchange_rate', 'no_amount')
)

select * from final
