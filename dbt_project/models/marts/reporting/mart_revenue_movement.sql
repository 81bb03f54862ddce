-- What moved net revenue: each category, and each partner's credit, beside the period before and a year before.
{%- set categories = ['sourced', 'influenced', 'direct'] %}
with
summary as (
    select * from {{ ref('mart_executive_summary') }}
),

amounts as (
    {% for category in categories %}
        select
            period_grain,
            period_start,
            'category' as driver_kind,
            '{{ category }}' as driver,
            '{{ category }}' as driver_name,
            {{ category }}_revenue as amount,
            {{ category }}_count as deal_count
        from summary
        union all
    {% endfor %}
    select
        period_grain,
        period_start,
        'partner' as driver_kind,
        partner_id as driver,
        partner_name as driver_name,
        credit_amount as amount,
        deal_count
    from {{ ref('mart_partner_influence') }}
    where model = '{{ primary_model() }}'
),

pairs as (
    select
        this.*,
        'prior' as compared_with,
        earlier.period_start as base_start,
        earlier.period_end as base_end,
        earlier.period_label as base_label
    from summary as this
    inner join summary as earlier
        on
            this.period_grain = earlier.period_grain
            and this.period_start = cast(earlier.period_end + interval 1 day as date)
    union all
    select
        this.*,
        'year_before' as compared_with,
        earlier.period_start as base_start,
        earlier.period_end as base_end,
        earlier.period_label as base_label
    from summary as this
    inner join summary as earlier
        on
            this.period_grain = earlier.period_grain
            and this.period_start = cast(earlier.period_start + interval 1 year as date)
),

drivers as (
    select
        pairs.period_grain,
        pairs.period_start,
        pairs.period_end,
        pairs.period_label,
        pairs.is_complete,
        pairs.compared_with,
        pairs.base_start,
        pairs.base_end,
        pairs.base_label,
        amounts.driver_kind,
        amounts.driver,
        max(amounts.driver_name) as driver_name,
        sum(amounts.amount) filter (where amounts.period_start = pairs.period_start) as amount,
        sum(amounts.amount) filter (where amounts.period_start = pairs.base_start) as base_amount,
        sum(amounts.deal_count) filter (where amounts.period_start = pairs.period_start) as deal_count,
        sum(amounts.deal_count) filter (where amounts.period_start = pairs.base_start) as base_deal_count
    from pairs
    inner join amounts
        on
            pairs.period_grain = amounts.period_grain
            and amounts.period_start in (pairs.period_start, pairs.base_start)
    group by all
),

known as (
    select
        * exclude (amount, base_amount, deal_count, base_deal_count),
        cast(coalesce(amount, 0) as decimal(18, 2)) as amount,
        cast(coalesce(base_amount, 0) as decimal(18, 2)) as base_amount,
        cast(coalesce(deal_count, 0) as bigint) as deal_count,
        cast(coalesce(base_deal_count, 0) as bigint) as base_deal_count
    from drivers
),

effects as (
    select
        *,
        cast(amount - base_amount as decimal(18, 2)) as change_amount,
        {{ mean_money('base_amount', 'base_deal_count') }} as base_mean
    from known
    where driver_kind = 'category' or amount <> 0 or base_amount <> 0
),

final as (
    select
        * exclude (base_mean),
        case
            when driver_kind = 'category' and deal_count > 0
                then cast((deal_count - base_deal_count) * base_mean as decimal(18, 2))
        end as number_effect_amount,
        cast(change_amount - number_effect_amount as decimal(18, 2)) as size_effect_amount,
        cast(row_number() over (
            partition by period_grain, period_start, compared_with, driver_kind
            order by abs(change_amount) desc, driver
        ) as bigint) as movement_rank
    from effects
)

select * from final
