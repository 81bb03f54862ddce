-- The deals that moved: what the source said of each, then and now.
with
moved_deals as (
    select distinct deal_id from {{ ref('int_restatement_move') }}
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
        {{ list_has('new.flags', "'deleted'") }} as new_is_deleted
    from moved_deals
    left join {{ source('previous', 'dim_deal') }} as old on moved_deals.deal_id = old.deal_id
    left join {{ ref('dim_deal') }} as new on moved_deals.deal_id = new.deal_id
)

select * from final
