{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- Metrics that are waits: from close to attribution, and from registration to decision.
with
months as (
    select * from {{ ref('int_period_month') }}
    where is_reported
),

runs as (
    select
        run_id,
        source,
        started_at,
        as_of
    from {{ source('runs', 'run') }}
    where as_of is not null and (status = 'published' or run_id = {{ sql_text(var('run_id')) }})
),

-- A run of another source tells nothing of this one; one of an earlier as-of time than a run before it was a replay.
ordered as (
    select
        runs.as_of,
        max(runs.as_of) over (order by runs.started_at, runs.as_of rows unbounded preceding) as latest_as_of,
        min(runs.as_of) over () as first_as_of
    from runs
    inner join runs as this on runs.source = this.source
    where this.run_id = {{ sql_text(var('run_id')) }}
),

publications as (
    select
        as_of,
        first_as_of
    from ordered
    where as_of = latest_as_of
),

deals as (
    select
        deal_id,
        closed_at,
        {{ period_start('close_date', 'month') }} as month_start
    from {{ ref('dim_deal') }}
    where counts_in_rates
),

-- What had closed before the first run on record was a backlog: nobody waited for it.
first_published as (
    select
        deals.deal_id,
        publications.as_of as published_at
    from deals
    asof inner join publications on deals.closed_at <= publications.as_of
    where deals.closed_at > publications.first_as_of
),

registrations as (
    select
        {{ period_start(local_date('decided_at'), 'month') }} as month_start,
        submitted_at,
        decided_at
    from {{ ref('int_registration_judged') }}
    where
        coalesce(exclusion_reason, 'not_approved') = 'not_approved'
        and decided_at >= submitted_at
        and decided_at <= {{ as_of() }}
),

waits as (
    select
        'hours_to_attribution' as metric,
        deals.month_start,
        epoch(first_published.published_at - deals.closed_at) / 3600 as hours
    from deals
    left join first_published on deals.deal_id = first_published.deal_id
    union all
    select
        'hours_to_registration_decision' as metric,
        month_start,
        epoch(decided_at - submitted_at) / 3600 as hours
    from registrations
),

names as (
    select unnest(['hours_to_attribution', 'hours_to_registration_decision']) as metric
),

measured as (
    select
        months.period_grain,
        months.period_start,
        names.metric,
        count(waits.month_start) as known,
        count(waits.hours) as n,
        median(waits.hours) as middle,
        quantile_cont(waits.hours, 0.95) as p95
    from months
    cross join names
    left join waits on months.month_start = waits.month_start and names.metric = waits.metric
    group by months.period_grain, months.period_start, names.metric
),

landed as (
    select is_available from {{ source('landed', 'landed_table') }}
    where table_name = 'deal_registrations'
),

explained as (
    select
        measured.*,
        case
            when measured.n > 0 then null
            when measured.metric = 'hours_to_registration_decision' and not coalesce(landed.is_available, false)
                then 'no deal_registrations data'
            when measured.metric = 'hours_to_registration_decision' then 'no registration was decided in this period'
            when measured.known = 0 then 'no decided deal'
            else 'every deal of this period closed before the first run on record, so nobody measured its wait'
        end as reason,
        case
            when measured.metric = 'hours_to_attribution' and measured.n between 1 and measured.known - 1
                then
                    measured.n || ' of ' || measured.known || ' deals: the others closed before the first run on record'
        end as note
    from measured
    left join landed on true
),

final as (
    select
        period_grain,
        period_start,
        metric,
        {{ metric_value('middle') }} as figure,
        n,
        reason,
        note
    from explained
    union all
    select
        period_grain,
        period_start,
        metric || '_p95' as metric,
        {{ metric_value('p95') }} as figure,
        n,
        reason,
        note
    from explained
)

select * from final
