-- The source rows behind the touchpoints of deals that moved: what each said and became, then and now.
{%- set sides = {'old': source('previous', 'fct_touchpoint'), 'new': ref('fct_touchpoint')} %}
with
moved_deals as (
    select distinct deal_id from {{ ref('int_restatement_move') }}
),

{% for side, touchpoints in sides.items() %}
    {{ side }}_rows as (
        select
            touches.*,
            {{ touch_row_id('touches') }} as row_id
        from {{ touchpoints }} as touches
        where touches.source_table <> 'attribution_overrides'
    ),

    {{ side }}_known as (
        select distinct
            source_table,
            row_id
        from {{ side }}_rows
    ),

    {{ side }}_touches as (
        select touches.*
        from {{ side }}_rows as touches
        inner join moved_deals on touches.deal_id = moved_deals.deal_id
        qualify row_number() over (
            partition by touches.deal_id, touches.source_table, touches.row_id order by touches.touchpoint_id
        ) = 1
    ),
{% endfor %}

final as (
    select
        {% for field in touch_facts().keys() | list + touch_judgements().keys() | list %}
            old.{{ field }} as old_{{ field }},
            new.{{ field }} as new_{{ field }},
        {% endfor %}
        coalesce(new.deal_id, old.deal_id) as deal_id,
        coalesce(new.source_table, old.source_table) as table_name,
        coalesce(new.row_id, old.row_id) as row_id,
        coalesce(new.origin, old.origin) as origin,
        old.deal_id is not null as is_in_old,
        new.deal_id is not null as is_in_new,
        old_known.row_id is not null as was_known,
        new_known.row_id is not null as is_known
    from old_touches as old
    full join new_touches as new
        on old.deal_id = new.deal_id and old.source_table = new.source_table and old.row_id = new.row_id
    left join old_known
        on
            coalesce(new.source_table, old.source_table) = old_known.source_table
            and coalesce(new.row_id, old.row_id) = old_known.row_id
    left join new_known
        on
            coalesce(new.source_table, old.source_table) = new_known.source_table
            and coalesce(new.row_id, old.row_id) = new_known.row_id
)

select * from final
