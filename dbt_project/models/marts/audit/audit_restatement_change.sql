-- What changed about the deals whose figures moved: their own rows, their touchpoints' rows, decisions, partners, time.
with
changes as (
    select
        deal_id,
        null as partner_id,
        cause,
        kind,
        table_name,
        row_id,
        field,
        old_value,
        new_value
    from {{ ref('int_restatement_deal_change') }}
    union all
    select
        deal_id,
        null as partner_id,
        'new_data' as cause,
        kind,
        table_name,
        row_id,
        field,
        old_value,
        new_value
    from {{ ref('int_restatement_touch_change') }}
    union all
    select
        deal_id,
        partner_id,
        cause,
        kind,
        table_name,
        row_id,
        field,
        old_value,
        new_value
    from {{ ref('int_restatement_other_change') }}
),

final as (
    select
        deal_id,
        partner_id,
        cause,
        kind,
        table_name,
        row_id,
        field,
        old_value,
        new_value,
        table_name || ' ' || row_id || ': ' || replace(kind, '_', ' ')
        || case
            when field is null then ''
            else ', ' || field || ' ' || coalesce(old_value, 'none') || ' → ' || coalesce(new_value, 'none')
        end as change
    from changes
)

select * from final
