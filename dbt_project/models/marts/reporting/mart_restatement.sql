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
    select list(distinct coalesce(new.model, old.model)) as models
    from {{ ref('mart_model_parameter') }} as new
    full join {{ source('previous', 'mart_model_parameter') }} as old
        on new.model = old.model and new.parameter = old.parameter
    where new.value is distinct from old.value
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
        case when previous.run_id is null then [] else list_sort(coalesce(taught.models, [])) end as taught_models,
        counted.figure_count,
        counted.headline_count,
        counted.period_count,
        deals.deal_count
    from counted
    cross join deals
    cross join missing
    cross join policy_changes
    cross join taught
    left join previous on true
)

select * from final
