-- What this publication is compared with, and how much of what was published has moved.
with
previous as (
    select * from {{ source('previous', 'mart_report_context') }}
),

missing as (
    select list(table_name || '.' || column_name order by table_name, column_name) as columns
    from {{ source('previous_run', 'missing_column') }}
),

policy_changes as (
    select list(key || ': ' || coalesce(old_value, 'not there') || ' → ' || coalesce(new_value, 'not there')) as changes
    from {{ source('previous_run', 'policy_change') }}
),

taught as (
    select list(model order by model) as models from {{ ref('int_restatement_taught') }}
),

figures as (
    select distinct
        mart_name,
        metric,
        period_grain,
        period_start,
        subject,
        model,
        is_headline
    from {{ ref('audit_restatement') }}
),

counted as (
    select
        count(*) as figure_count,
        count(*) filter (where is_headline) as headline_count,
        count(distinct period_grain || period_start) filter (where is_headline) as period_count
    from figures
),

-- When what the rows tell of happened, where they say it.
dated as (
    select
        count(distinct table_name || ' ' || row_id) filter (where kind in ('arrived_late', 'late_logged'))
            as late_row_count,
        count(distinct table_name || ' ' || row_id) filter (where kind = 'happened_since') as since_row_count
    from {{ ref('audit_restatement_change') }}
),

deals as (
    select count(distinct deal_id) as deal_count from {{ ref('audit_restatement_deal') }}
),

final as (
    select
        '{{ var("run_id") }}' as run_id,
        previous.run_id is not null as has_previous,
        previous.run_id as previous_run_id,
        previous.as_of as previous_as_of,
        previous.policy_hash as previous_policy_hash,
        previous.primary_model as previous_primary_model,
        previous.reporting_currency as previous_currency,
        coalesce(missing.columns, []) as missing_columns,
        list_sort(coalesce(policy_changes.changes, [])) as policy_changes,
        coalesce(taught.models, []) as taught_models,
        counted.figure_count,
        counted.headline_count,
        counted.period_count,
        deals.deal_count,
        dated.late_row_count,
        dated.since_row_count
    from counted
    cross join deals
    cross join dated
    cross join missing
    cross join policy_changes
    cross join taught
    left join previous on true
)

select * from final
