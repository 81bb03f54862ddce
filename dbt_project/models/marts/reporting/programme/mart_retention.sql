-- Customers by who brought their first win: how many had left, and what they had bought besides, by the same age.
with
deals as (
    select
        *,
        row_number() over (partition by account_id order by closed_at, deal_id) as place
    from {{ ref('dim_deal') }}
    where counts_as_booked and account_id is not null
),

churn_dates as (
    select count(churned_at) > 0 as are_known
    from {{ ref('dim_deal') }}
),

customers as (
    select
        account_id,
        deal_id,
        deal_category,
        closed_at,
        close_date,
        churned_at,
        amount,
        -- Whoever renews or expands first on record was a customer before: when it became one is not known.
        coalesce(deal_type not in ('renewal', 'expansion'), true) as is_new,
        close_date + interval {{ retention_months() }} month as judged_on,
        coalesce(deal_type not in ('renewal', 'expansion'), true)
        and close_date + interval {{ retention_months() }} month < {{ local_date(as_of()) }} as is_judged
    from deals
    where place = 1
),

later as (
    select
        customers.account_id,
        sum(deals.amount) filter (where deals.deal_type = 'expansion') as expansion_amount,
        sum(deals.amount) filter (where deals.deal_type = 'renewal') as renewal_amount
    from customers
    inner join deals on customers.account_id = deals.account_id and deals.place > 1
    where deals.close_date <= customers.judged_on
    group by customers.account_id
),

judged as (
    select
        customers.*,
        coalesce(
            customers.churned_at >= customers.closed_at
            and {{ local_date('customers.churned_at') }} <= customers.judged_on,
            false
        ) as has_left,
        coalesce(later.expansion_amount, 0) as expansion_amount,
        coalesce(later.renewal_amount, 0) as renewal_amount
    from customers
    left join later on customers.account_id = later.account_id
),

members as (
    select
        judged.*,
        customer_groups.customer_group,
        grains.cohort_grain,
        case when grains.cohort_grain = 'year' then {{ period_start('judged.close_date', 'year') }} end as cohort_start
    from judged
    cross join (values ('all'), ('year')) as grains (cohort_grain)
    inner join (values ('sourced'), ('influenced'), ('direct'), ('all')) as customer_groups (customer_group)
        on customer_groups.customer_group in (judged.deal_category, 'all')
),

counted as (
    select
        cohort_grain,
        cohort_start,
        customer_group,
        count(*) filter (where is_new) as customer_count,
        count(*) filter (where not is_new) as started_before_count,
        count(*) filter (where is_judged) as judged_count,
        count(*) filter (where is_judged and has_left) as churned_count,
        count(*) filter (where is_judged and expansion_amount > 0) as expanded_count,
        count(*) filter (where is_judged and renewal_amount > 0) as renewed_count,
        coalesce(sum(amount) filter (where is_judged), 0) as first_amount,
        coalesce(sum(expansion_amount) filter (where is_judged), 0) as expansion_amount,
        coalesce(sum(renewal_amount) filter (where is_judged), 0) as renewal_amount
    from members
    group by all
),

final as (
    select
        counted.cohort_grain,
        counted.cohort_start,
        case when counted.cohort_start is null then 'all' else {{ period_label('counted.cohort_start', 'year') }} end
            as cohort_label,
        counted.customer_group,
        counted.customer_count,
        counted.started_before_count,
        counted.judged_count,
        {{ is_small_sample('counted.judged_count') }} as is_small_sample,
        case when churn_dates.are_known then counted.churned_count end as churned_count,
        case when churn_dates.are_known then {{ ratio('counted.churned_count', 'counted.judged_count') }} end
            as churned_share,
        case when churn_dates.are_known then {{ wilson('counted.churned_count', 'counted.judged_count', '-') }} end
            as churned_share_low,
        case when churn_dates.are_known then {{ wilson('counted.churned_count', 'counted.judged_count', '+') }} end
            as churned_share_high,
        case when not churn_dates.are_known then 'no_churn_dates' end as churn_reason,
        {% for later in ['expanded', 'renewed'] %}
            counted.{{ later }}_count,
            {{ ratio('counted.' ~ later ~ '_count', 'counted.judged_count') }} as {{ later }}_share,
            {{ wilson('counted.' ~ later ~ '_count', 'counted.judged_count', '-') }} as {{ later }}_share_low,
            {{ wilson('counted.' ~ later ~ '_count', 'counted.judged_count', '+') }} as {{ later }}_share_high,
        {% endfor %}
        cast(counted.first_amount as decimal(18, 2)) as first_amount,
        cast(counted.expansion_amount as decimal(18, 2)) as expansion_amount,
        cast(counted.renewal_amount as decimal(18, 2)) as renewal_amount,
        {{ mean_money('counted.first_amount', 'counted.judged_count') }} as avg_first_amount,
        {{ mean_money('counted.expansion_amount', 'counted.judged_count') }} as avg_expansion,
        {{ mean_money('counted.renewal_amount', 'counted.judged_count') }} as avg_renewal
    from counted
    cross join churn_dates
)

select * from final
