-- Which changed keys of the policy can move which figures. Those that only steer the run, advice or the CRM move none.
with
changes as (
    select * from {{ source('previous_run', 'policy_change') }}
),

models as (
    select
        model,
        is_learned
    from {{ ref('mart_model') }}
),

judged as (
    select
        *,
        split_part(key, '.', 1) as section,
        split_part(key, '.', 2) as name
    from changes
),

bearing as (
    -- Which rows count, in what currency, in which period.
    select
        judged.key,
        judged.old_value,
        judged.new_value,
        'all' as bears_on,
        null as model
    from judged
    where judged.section in ('deals', 'touchpoints', 'time_zone', 'reporting_currency')
    union all
    select
        judged.key,
        judged.old_value,
        judged.new_value,
        'credit' as bears_on,
        null as model
    from judged
    where judged.section = 'influence'
    union all
    select
        judged.key,
        judged.old_value,
        judged.new_value,
        'model' as bears_on,
        models.model
    from judged
    inner join models on judged.name = models.model or (judged.name = 'learned' and models.is_learned)
    where judged.section = 'models'
    union all
    select
        judged.key,
        judged.old_value,
        judged.new_value,
        'headline' as bears_on,
        null as model
    from judged
    where judged.section = 'primary_model'
    union all
    select
        judged.key,
        judged.old_value,
        judged.new_value,
        'publication' as bears_on,
        null as model
    from judged
    where judged.section = 'fiscal_year_start_month' or judged.key = 'models.enabled'
),

final as (
    select
        key,
        bears_on,
        model,
        key || ': ' || coalesce(old_value, 'not there') || ' → ' || coalesce(new_value, 'not there') as change
    from bearing
)

select * from final
