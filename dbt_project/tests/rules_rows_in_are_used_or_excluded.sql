-- Rule 14: of every table that the source has, landed rows and bad rows = used + excluded. Counted here from the landed
-- rows themselves; a run without deals fails too, since it would publish nothing and call it balanced.
{{ config(tags=['touchpoints']) }}

with landed as (
    {{ every_landed_table() }}
),

bad as (
    select
        table_name,
        count(distinct record_id) as row_count
    from {{ source('landed', 'bad_row') }}
    group by table_name
),

balances as (
    select
        landed.table_name,
        landed.row_count + coalesce(bad.row_count, 0) as rows_in,
        reconciliation.rows_used,
        reconciliation.rows_excluded
    from landed
    inner join {{ source('landed', 'landed_table') }} as tables on landed.table_name = tables.table_name
    left join bad on landed.table_name = bad.table_name
    left join {{ ref('int_source_reconciliation') }} as reconciliation on landed.table_name = reconciliation.table_name
    where tables.is_available
)

select *
from balances
where
    rows_in is distinct from rows_used + rows_excluded
    or (table_name = 'deals' and rows_in = 0)
