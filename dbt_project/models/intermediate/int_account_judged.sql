with rows_landed as (
    select * from {{ ref('stg_crm__accounts') }}
),

rows_live as (
    select * from rows_landed where not is_deleted
),

copies as (
    {{ copy_numbers('rows_live', ['account_id'], greatest_first('rows_live', [
        'account_name', 'industry', 'segment', 'region', 'churned_at',
    ])) }}
),

judged as (
    select
        rows_landed.*,
        {{ names_that_hold([
            ('deleted', 'rows_landed.is_deleted'),
            ('duplicate', 'copies.copy_number > 1'),
        ]) }} as reasons
    from rows_landed
    left join copies on rows_landed.record_id = copies.record_id
),

final as (
    select
        *,
        {{ list_first('reasons') }} as exclusion_reason
    from judged
)

select * from final
