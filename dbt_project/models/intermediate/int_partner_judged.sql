with rows_landed as (
    select * from {{ ref('stg_crm__partners') }}
),

rows_live as (
    select * from rows_landed where not is_deleted
),

copies as (
    {{ copy_numbers('rows_live', ['partner_id'], greatest_first('rows_live', [
        'partner_name', 'partner_type', 'tier', 'status', 'joined_at', 'parent_partner_id', 'region',
        'agreement_signed_at', 'certified_at',
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
