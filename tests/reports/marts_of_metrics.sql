-- Every metric in every period: what was made up for it, else the reason why there is no value.
insert into mart_program_metrics by name
with named as (
    select * from (values
        ('revenue', 1, 'money', 'at_least'), ('partner_involved_share', 2, 'share', 'above'),
        ('win_rate_lift', 3, 'points', 'above'), ('programme_roi', 4, 'times', 'above'),
        ('pipeline_coverage', 5, 'times', 'at_least'), ('tagged_share', 6, 'share', 'at_least'),
        ('hours_to_attribution', 7, 'hours', 'at_most'), ('active_partners', 8, 'count', 'at_least')
    ) as names (metric, sort_order, unit, target_rule)
)
select
    period.*, named.*, 'What ' || named.metric || ' means.' as definition,
    cast(figures ->> 'value' as decimal(28, 10)) as value, cast(figures ->> 'n' as bigint) as n,
    cast(figures ->> 'value_low' as double) as value_low, cast(figures ->> 'value_high' as double) as value_high,
    coalesce(cast(figures ->> 'is_small_sample' as boolean), false) as is_small_sample,
    cast(figures ->> 'target_value' as decimal(28, 10)) as target_value, figures ->> 'target_source' as target_source,
    cast(figures ->> 'is_met' as boolean) as is_met, figures ->> 'note' as note,
    case when figures is null then 'no decided deal' end as reason,
    cast(figures ->> 'value_prior' as decimal(28, 10)) as value_prior,
    cast(figures ->> 'value_year_before' as decimal(28, 10)) as value_year_before,
    cast(figures ->> 'change_prior' as decimal(28, 10)) as change_prior,
    cast(figures ->> 'change_year' as decimal(28, 10)) as change_year
from period
cross join named
left join fact_metric on period.period_label = fact_metric.period_label and figures ->> 'metric' = named.metric;
