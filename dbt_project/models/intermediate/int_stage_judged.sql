with entries as (
    select * from {{ ref('stg_crm__deal_stage_history') }}
),

deals as (
    select deal_id from {{ ref('int_deal') }}
),

tested as (
    select
        entries.*,
        {{ names_that_hold([
            ('deleted', 'entries.is_deleted'),
            ('unknown_deal', 'deals.deal_id is null'),
            ('missing_stage', 'entries.stage is null'),
            ('missing_timestamp', 'entries.entered_at is null'),
            ('in_future', 'entries.entered_at > ' ~ as_of()),
        ]) }} as faults
    from entries
    left join deals on entries.deal_id = deals.deal_id
),

usable as (
    select * from tested where {{ list_first('faults') }} is null
),

copies as (
    {{ copy_numbers('usable', ['deal_id', 'stage', 'entered_at'], 'usable.source_record desc') }}
),

judged as (
    select
        {{ all_but('tested', ['faults']) }},
        {{ list_join('tested.faults', names_that_hold([('duplicate', 'copies.copy_number > 1')])) }} as reasons
    from tested
    left join copies on tested.record_id = copies.record_id
),

final as (
    select
        *,
        {{ list_first('reasons') }} as exclusion_reason
    from judged
)

select * from final
