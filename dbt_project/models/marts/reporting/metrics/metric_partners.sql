{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- Metrics that count partners.
with
months as (
    select * from {{ ref('int_period_month') }}
    where is_reported
),

periods as (
    select * from {{ ref('int_period') }}
),

active as (
    select
        months.period_grain,
        months.period_start,
        count(distinct partner_month.partner_id) as partner_count
    from {{ ref('int_partner_month') }} as partner_month
    inner join months on partner_month.month_start = months.month_start
    where partner_month.activity_count > 0 or partner_month.touchpoint_count > 0
    group by months.period_grain, months.period_start
),

activated as (
    select
        {{ period_start(local_date('joined_at') ~ ' + ' ~ activation_days(), 'month') }} as month_start,
        count(*) as judged,
        count(*) filter (where is_activated) as activated
    from {{ ref('int_partner_activation') }}
    where is_judged
    group by all
),

joined as (
    select
        months.period_grain,
        months.period_start,
        cast(coalesce(sum(activated.judged), 0) as bigint) as judged,
        cast(coalesce(sum(activated.activated), 0) as bigint) as activated
    from months
    left join activated on months.month_start = activated.month_start
    group by months.period_grain, months.period_start
),

primary_model as (
    select is_additive from {{ source('engine', 'model_run') }}
    where model = '{{ primary_model() }}'
),

credited as (
    select
        period_grain,
        period_start,
        sum(credit_amount) as credit_amount,
        count(*) filter (where credit_amount > 0) as partner_count
    from {{ ref('mart_partner_influence') }}
    where model = '{{ primary_model() }}'
    group by period_grain, period_start
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        'active_partners' as metric,
        {{ metric_value('coalesce(active.partner_count, 0)') }} as figure,
        coalesce(active.partner_count, 0) as n,
        null as figure_low,
        null as figure_high,
        null as reason
    from periods
    left join active on periods.period_grain = active.period_grain and periods.period_start = active.period_start
    union all
    select
        period_grain,
        period_start,
        'partner_activation_share' as metric,
        {{ metric_value(ratio('activated', 'judged')) }} as figure,
        judged as n,
        {{ wilson('activated', 'judged', '-') }} as figure_low,
        {{ wilson('activated', 'judged', '+') }} as figure_high,
        case when judged = 0 then 'no new partner''s first {{ activation_days() }} days ended in this period' end
            as reason
    from joined
    union all
    select
        periods.period_grain,
        periods.period_start,
        'influence_per_partner' as metric,
        case
            when primary_model.is_additive
                then {{ metric_value(mean_money('credited.credit_amount', 'credited.partner_count')) }}
        end as figure,
        coalesce(credited.partner_count, 0) as n,
        null as figure_low,
        null as figure_high,
        case
            when not primary_model.is_additive then 'credits of the primary model can''t be added up'
            when coalesce(credited.partner_count, 0) = 0 then 'no partner earned credit in this period'
        end as reason
    from periods
    cross join primary_model
    left join credited
        on periods.period_grain = credited.period_grain and periods.period_start = credited.period_start
)

select * from final
