-- What each partner did, earned and cost in the months that advice rests on, and what it earned in as many before.
with
evidence as (
    select * from {{ ref('recommendation_window') }}
),

months as (
    select
        influence.*,
        influence.period_start >= evidence.window_start as is_now,
        evidence.has_before
    from {{ ref('mart_partner_influence') }} as influence
    cross join evidence
    where
        influence.period_grain = 'month'
        and influence.model = '{{ primary_model() }}'
        and influence.period_start between evidence.before_start and evidence.window_end
),

summed as (
    select
        partner_id,
        sum(credit_amount) filter (where is_now) as credit_amount,
        sum(deal_count) filter (where is_now) as won_with_credit,
        sum(decided_count) filter (where is_now) as decided_count,
        sum(won_count) filter (where is_now) as won_count,
        sum(activity_count) filter (where is_now) as activity_count,
        -- A cost of which a part is not known is not known.
        case
            when bool_and(investment_amount is not null) filter (where is_now)
                then sum(investment_amount) filter (where is_now)
        end as cost_amount,
        case when bool_and(has_before) then sum(credit_amount) filter (where not is_now) end as credit_before,
        case when bool_and(has_before) then sum(deal_count) filter (where not is_now) end as won_with_credit_before
    from months
    group by partner_id
),

final as (
    select
        partner.partner_id,
        coalesce(partner.partner_name, partner.partner_id) as partner_name,
        partner.tier,
        coalesce({{ local_date('partner.joined_at') }} <= evidence.window_start, true) as was_there_throughout,
        coalesce(summed.credit_amount, 0) as credit_amount,
        coalesce(summed.won_with_credit, 0) as won_with_credit,
        coalesce(summed.decided_count, 0) as decided_count,
        coalesce(summed.won_count, 0) as won_count,
        coalesce(summed.activity_count, 0) as activity_count,
        summed.cost_amount,
        summed.credit_before,
        coalesce(summed.won_with_credit_before, 0) as won_with_credit_before
    from {{ ref('dim_partner') }} as partner
    cross join evidence
    left join summed on partner.partner_id = summed.partner_id
)

select * from final
