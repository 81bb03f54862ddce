with deals as (
    select * from {{ ref('int_deal') }}
),

categories as (
    select
        deal_id,
        source_partner_id
    from {{ ref('int_deal_category') }}
    where deal_category = 'sourced'
),

-- The account's first win, also where its revenue has left since.
numbered as (
    select
        deal_id,
        account_id,
        closed_at,
        close_date,
        churned_at,
        row_number() over (partition by account_id order by closed_at, deal_id) as place
    from deals
    where counts_as_booked and account_id is not null
),

first_deals as (
    select
        numbered.*,
        categories.source_partner_id
    from numbered
    inner join categories on numbered.deal_id = categories.deal_id
    where numbered.place = 1
),

later as (
    select
        deals.deal_id,
        deals.close_date,
        first_deals.deal_id as first_deal_id,
        first_deals.source_partner_id as origin_partner_id,
        year(deals.close_date) - year(first_deals.close_date) as calendar_years,
        -- The anniversary still belongs to the year that ends with it, as lookback keeps its last day. Month and day
        -- are compared as they stand: a leap day's anniversary is over with February.
        month(deals.close_date) * 100 + day(deals.close_date)
        > month(first_deals.close_date) * 100 + day(first_deals.close_date) as is_past_anniversary
    from deals
    inner join first_deals on deals.account_id = first_deals.account_id
    where
        deals.status = 'won'
        and deals.is_eligible
        and deals.deal_type in ('renewal', 'expansion')
        and deals.deal_id <> first_deals.deal_id
        -- Where the account left before this close, it was won again by other means.
        and not coalesce(
            first_deals.churned_at >= first_deals.closed_at and first_deals.churned_at <= deals.closed_at, false
        )
),

final as (
    select
        deal_id,
        first_deal_id,
        origin_partner_id,
        cast(
            greatest(1, calendar_years + case when is_past_anniversary then 1 else 0 end) as integer
        ) as year_number
    from later
)

select * from final
