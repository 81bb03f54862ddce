-- What changed of the source rows behind the touchpoints of deals that moved.
with
touches as (
    select * from {{ ref('int_restatement_touch') }}
),

deals as (
    select
        deal_id,
        new_closed_at
    from {{ ref('int_restatement_deal') }}
),

rules as (
    select * from {{ ref('int_restatement_rules') }}
),

-- A row that was known, and still is, came to this deal or left it: by its own words, unless the rules' windows moved.
arrivals as (
    select
        touches.deal_id,
        touches.table_name,
        touches.row_id,
        case
            when touches.is_known and touches.was_known then 'changed'
            when not touches.is_in_new then 'deleted'
            when touches.new_logged_at > deals.new_closed_at then 'late_logged'
            else 'created'
        end as kind,
        case when touches.is_known and touches.was_known then 'deal_id' end as field,
        case when touches.is_in_old and touches.is_known then touches.deal_id end as old_value,
        case when touches.is_in_new and touches.was_known then touches.deal_id end as new_value
    from touches
    cross join rules
    left join deals on touches.deal_id = deals.deal_id
    where
        not (touches.is_in_old and touches.is_in_new)
        and not (touches.is_known and touches.was_known and rules.are_changed)
),

fields as (
    {% for field, is_time in touch_facts().items() %}
        select
            touches.deal_id,
            touches.table_name,
            touches.row_id,
            'changed' as kind,
            '{{ field }}' as field,
            cast(touches.old_{{ field }} as varchar) as old_value,
            cast(touches.new_{{ field }} as varchar) as new_value
        from touches
        cross join rules
        where
            touches.is_in_old and touches.is_in_new
            and touches.old_{{ field }} is distinct from touches.new_{{ field }}
            and not ({{ is_time }} and rules.is_zone_changed)
            and not ({{ is_time }} and rules.are_changed and touches.origin = 'integration')
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- The rules are as they were: its deal's stages changed, or the deals and rows that it is compared with.
judgements as (
    {% for field in touch_judgements() %}
        select
            touches.deal_id,
            touches.table_name,
            touches.row_id,
            'judged_anew' as kind,
            '{{ field }}' as field,
            cast(touches.old_{{ field }} as varchar) as old_value,
            cast(touches.new_{{ field }} as varchar) as new_value
        from touches
        cross join rules
        where
            touches.is_in_old and touches.is_in_new and not rules.are_changed
            and touches.old_{{ field }} is distinct from touches.new_{{ field }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select * from arrivals
    union all
    select * from fields
    union all
    select * from judgements
)

select * from final
