-- What changed about the deals whose figures moved: their own rows, their touchpoints' rows, decisions, partners, time.
with
changes as (
    select * from {{ ref('int_restatement_deal_change') }}
    union all by name
    select * from {{ ref('int_restatement_touch_change') }}
    union all by name
    select * from {{ ref('int_restatement_other_change') }}
),

told as (
    select
        *,
        field || ' ' || coalesce(old_value, 'none') || ' → ' || coalesce(new_value, 'none') as told
    from changes
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
        table_name || ' ' || row_id || ': ' || case
            when field is null then replace(kind, '_', ' ')
            when kind = 'changed' then told
            else replace(kind, '_', ' ') || ', ' || told
        end as change
    from told
)

select * from final
