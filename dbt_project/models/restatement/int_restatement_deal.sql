-- The deals that moved: what the source said of each, then and now.
with
moved_deals as (
    select distinct deal_id from {{ ref('int_restatement_move') }}
),

previous as (
    select
        least(as_of, {{ as_of() }}) as earlier,
        greatest(as_of, {{ as_of() }}) as later
    from {{ source('previous', 'mart_report_context') }}
),

final as (
    select
        moved_deals.deal_id,
        old.deal_id is not null as is_in_old,
        new.deal_id is not null as is_in_new,
        {% for field in deal_facts().keys() | list + ['amount', 'close_date', 'exclusion_reason'] %}
            old.{{ field }} as old_{{ field }},
            new.{{ field }} as new_{{ field }},
        {% endfor %}
        {{ list_has('old.flags', "'deleted'") }} as old_is_deleted,
        {{ list_has('new.flags', "'deleted'") }} as new_is_deleted,
        -- Closed on one side, still to close on the other: stages and touchpoints are then judged at another time.
        coalesce(
            old.closed_at = new.closed_at
            and new.closed_at > previous.earlier and new.closed_at <= previous.later,
            false
        ) as has_close_come
    from moved_deals
    cross join previous
    left join {{ source('previous', 'dim_deal') }} as old on moved_deals.deal_id = old.deal_id
    left join {{ ref('dim_deal') }} as new on moved_deals.deal_id = new.deal_id
)

select * from final
