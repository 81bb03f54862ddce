{{ config(tags=['credits']) }}
-- Per table rows in = used + excluded by reason; every run of the record is in audit_run; there is exactly one context
-- row. Also fails where a table that must be there has no rows in the data quality mart.
with
tables as (
    select
        table_name,
        max(rows_in) as rows_in,
        sum(row_count) as row_count
    from {{ ref('mart_data_quality') }}
    where is_available
    group by table_name
),

required as (
    select unnest(['deals', 'partners', 'partner_activities', 'touchpoint']) as table_name
),

wrong as (
    select
        coalesce(required.table_name, tables.table_name) as subject,
        'rows in differ from used + excluded' as problem
    from required
    full join tables on required.table_name = tables.table_name
    where tables.rows_in is distinct from tables.row_count or tables.table_name is null
),

runs as (
    select
        recorded.run_id as subject,
        'run missing from audit_run' as problem
    from {{ source('runs', 'run') }} as recorded
    left join {{ ref('audit_run') }} as audited on recorded.run_id = audited.run_id
    where audited.run_id is null
),

context as (
    select
        'mart_report_context' as subject,
        'not exactly one row' as problem
    from {{ ref('mart_report_context') }}
    having count(*) <> 1
)

select * from wrong
union all
select * from runs
union all
select * from context
