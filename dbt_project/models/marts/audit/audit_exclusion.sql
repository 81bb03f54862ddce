with source_rows as (
    select * from {{ ref('int_source_exclusion') }}
),

candidates as (
    select
        'touchpoint' as table_name,
        touchpoint_id as row_id,
        deal_id as key,
        reason,
        all_reasons,
        detail,
        source_record
    from {{ ref('int_candidate_excluded') }}
),

final as (
    select
        table_name,
        row_id,
        key,
        reason,
        all_reasons,
        detail,
        source_record
    from source_rows
    union all
    select * from candidates
)

select * from final
