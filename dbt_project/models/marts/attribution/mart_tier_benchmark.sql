-- What is usual among a tier's partners: medians by period under the primary model, blurred, and never of a few.
with
partners as (
    select
        partner_id,
        tier
    from {{ ref('dim_partner') }}
    where tier is not null
),

periods as (
    select * from {{ ref('int_period') }}
),

influence as (
    select * from {{ ref('mart_partner_influence') }}
    where model = '{{ primary_model() }}'
),

each_partner as (
    select
        periods.*,
        partners.tier,
        coalesce(influence.credit_amount, 0) as credit_amount,
        coalesce(influence.deal_count, 0) as deal_count,
        coalesce(influence.activity_count, 0) as activity_count
    from periods
    cross join partners
    left join influence
        on
            periods.period_grain = influence.period_grain
            and periods.period_start = influence.period_start
            and partners.partner_id = influence.partner_id
),

usual as (
    select
        period_grain,
        period_start,
        period_end,
        period_label,
        is_complete,
        tier,
        count(*) as partner_count,
        count(*) >= {{ fewest_peers() }} as is_told,
        median(credit_amount) as credit_amount,
        median(deal_count) as deal_count,
        median(activity_count) as activity_count
    from each_partner
    group by period_grain, period_start, period_end, period_label, is_complete, tier
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        period_label,
        is_complete,
        tier,
        cast(partner_count as bigint) as partner_count,
        is_told,
        cast(case when is_told then {{ two_digits('credit_amount') }} end as decimal(18, 2)) as median_credit_amount,
        cast(case when is_told then {{ two_digits('deal_count') }} end as decimal(18, 2)) as median_deal_count,
        cast(case when is_told then {{ two_digits('activity_count') }} end as decimal(18, 2)) as median_activity_count
    from usual
)

select * from final
