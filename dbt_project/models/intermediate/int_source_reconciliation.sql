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

used as (
    {{ used_rows('deals', 'int_deal_judged') }}
    union all
    {{ used_rows('deal_stage_history', 'int_stage_judged') }}
    union all
    {{ used_rows('accounts', 'int_account_judged') }}
    union all
    {{ used_rows('partners', 'int_partner_judged') }}
    union all
    {{ used_rows('partner_investments', 'int_investment_judged') }}
    union all
    {{ used_rows('attribution_overrides', 'int_override_judged') }}
    union all
    {{ used_rows('exchange_rates', 'int_exchange_rate_judged') }}
    union all
    {{ used_rows('targets', 'int_target_judged') }}
    union all
    select
        source_table as table_name,
        count(distinct source_record_id) as rows_used
    from {{ ref('int_touch_eligible') }}
    where source_table <> 'deals'
    group by source_table
),

excluded as (
    select
        table_name,
        count(*) as rows_excluded
    from {{ ref('int_source_exclusion') }}
    group by table_name
),

final as (
    select
        landed.table_name,
        landed.row_count + coalesce(bad.row_count, 0) as rows_in,
        coalesce(used.rows_used, 0) as rows_used,
        coalesce(excluded.rows_excluded, 0) as rows_excluded
    from landed
    inner join {{ source('landed', 'landed_table') }} as tables on landed.table_name = tables.table_name
    left join bad on landed.table_name = bad.table_name
    left join used on landed.table_name = used.table_name
    left join excluded on landed.table_name = excluded.table_name
    where tables.is_available
)

select * from final
