with registrations as (
    select * from {{ ref('stg_crm__deal_registrations') }}
),

live as (
    select * from registrations where not is_deleted
),

copies as (
    {{ copy_numbers('live', ['registration_id'], greatest_first('live', [
        'decided_at', 'partner_id', 'account_id', 'deal_id', 'submitted_at', 'status', 'expires_at',
    ])) }}
),

tested as (
    select
        registrations.*,
        coalesce(copies.copy_number > 1, false) as is_copy,
        coalesce(status = 'approved' or (status = 'expired' and decided_at is not null), false) as was_approved
    from registrations
    left join copies on registrations.record_id = copies.record_id
),

judged as (
    select
        *,
        {{ names_that_hold([
            ('deleted', 'is_deleted'),
            ('duplicate', 'is_copy'),
            ('not_approved', 'not was_approved'),
        ]) }} as reasons
    from tested
),

final as (
    select
        *,
        {{ list_first('reasons') }} as exclusion_reason
    from judged
)

select * from final
