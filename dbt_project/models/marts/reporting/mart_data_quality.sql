-- Per table: rows in, rows used, and rows excluded by reason. Candidates are counted apart from source rows.
with
landed as (
    select
        table_name,
        is_available
    from {{ source('landed', 'landed_table') }}
),

exclusions as (
    select
        table_name,
        reason,
        count(*) as row_count
    from {{ ref('audit_exclusion') }}
    group by table_name, reason
),

candidates as (
    select
        'touchpoint' as table_name,
        count(*) as rows_in,
        coalesce(sum(case when is_eligible then 1 else 0 end), 0) as rows_used
    from {{ ref('fct_touchpoint') }}
    where origin <> 'override'
),

totals as (
    select
        table_name,
        rows_in,
        rows_used
    from {{ ref('int_source_reconciliation') }}
    union all
    select * from candidates
),

known as (
    select
        coalesce(landed.table_name, totals.table_name) as table_name,
        coalesce(landed.is_available, true) as is_available,
        case when coalesce(landed.is_available, true) then totals.rows_in end as rows_in,
        case when coalesce(landed.is_available, true) then totals.rows_used end as rows_used
    from landed
    full join totals on landed.table_name = totals.table_name
),

reasons as (
    select
        table_name,
        case when is_available then 'used' else 'not_available' end as reason,
        rows_used as row_count
    from known
    union all
    select * from exclusions
),

final as (
    select
        known.table_name,
        known.is_available,
        cast(known.rows_in as bigint) as rows_in,
        cast(known.rows_used as bigint) as rows_used,
        cast(known.rows_in - known.rows_used as bigint) as rows_excluded,
        reasons.reason,
        cast(reasons.row_count as bigint) as row_count,
        {{ ratio('reasons.row_count', 'known.rows_in') }} as row_share
    from known
    inner join reasons on known.table_name = reasons.table_name
)

select * from final
