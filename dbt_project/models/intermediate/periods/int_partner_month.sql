-- What each partner did and cost by month, whatever the model: deals decided with it, touchpoints, activities, cost.
with
deals as (
    select * from {{ ref('int_deal') }}
),

partners as (
    select partner_id from {{ ref('int_partner_judged') }}
    where exclusion_reason is null
),

partner_deals as (
    select
        deal_id,
        partner_id,
        count(*) as touchpoint_count
    from {{ ref('int_touch') }}
    group by deal_id, partner_id
),

closes as (
    select
        partner_deals.partner_id,
        {{ period_start('deals.close_date', 'month') }} as month_start,
        sum(case when deals.counts_in_rates and deals.status = 'won' then 1 else 0 end) as won_count,
        sum(case when deals.counts_in_rates then 1 else 0 end) as decided_count,
        sum(case when deals.is_eligible and deals.status = 'won' then partner_deals.touchpoint_count else 0 end)
            as touchpoint_count,
        0 as activity_count,
        cast(0 as decimal(18, 2)) as investment_amount,
        0 as unconverted_investment_count
    from partner_deals
    inner join deals on partner_deals.deal_id = deals.deal_id
    where deals.counts_in_rates or (deals.is_eligible and deals.status = 'won')
    group by all
),

-- No signal and no decided deal: a partner whose credit comes from overrides alone has its month.
overridden as (
    select
        overrides.partner_id,
        {{ period_start('deals.close_date', 'month') }} as month_start,
        0 as won_count,
        0 as decided_count,
        0 as touchpoint_count,
        0 as activity_count,
        cast(0 as decimal(18, 2)) as investment_amount,
        0 as unconverted_investment_count
    from {{ ref('int_override') }} as overrides
    inner join deals on overrides.deal_id = deals.deal_id
    where overrides.adds_touchpoint
    group by all
),

activities as (
    select
        candidate.partner_id,
        {{ period_start(local_date('candidate.occurred_at'), 'month') }} as month_start,
        0 as won_count,
        0 as decided_count,
        0 as touchpoint_count,
        count(distinct candidate.source_table || ':' || candidate.source_record_id) as activity_count,
        cast(0 as decimal(18, 2)) as investment_amount,
        0 as unconverted_investment_count
    from {{ ref('int_candidate') }} as candidate
    inner join partners on candidate.partner_id = partners.partner_id
    where candidate.origin in ('activity', 'deal_source') and candidate.occurred_at <= {{ as_of() }}
    group by all
),

costs as (
    select
        cost.partner_id,
        cost.period_month as month_start,
        0 as won_count,
        0 as decided_count,
        0 as touchpoint_count,
        0 as activity_count,
        sum(cost.amount) as investment_amount,
        sum(case when cost.amount is null then 1 else 0 end) as unconverted_investment_count
    from {{ ref('int_partner_cost') }} as cost
    inner join partners on cost.partner_id = partners.partner_id
    where coalesce(cost.category, '') <> 'direct_demand_gen'
    group by all
),

together as (
    select * from closes
    union all
    select * from overridden
    union all
    select * from activities
    union all
    select * from costs
),

final as (
    select
        partner_id,
        month_start,
        sum(won_count) as won_count,
        sum(decided_count) as decided_count,
        sum(touchpoint_count) as touchpoint_count,
        sum(activity_count) as activity_count,
        sum(investment_amount) as investment_amount,
        sum(unconverted_investment_count) as unconverted_investment_count
    from together
    group by partner_id, month_start
)

select * from final
