-- What changed of the source rows behind the touchpoints of deals that moved.
with
previous as (
    select
        as_of as previous_as_of,
        least(as_of, {{ as_of() }}) as earlier,
        greatest(as_of, {{ as_of() }}) as later
    from {{ source('previous', 'mart_report_context') }}
),

deals as (
    select
        deal_id,
        new_closed_at,
        has_close_come,
        is_in_old <> is_in_new as is_deal_on_one_side
    from {{ ref('int_restatement_deal') }}
),

rules as (
    select * from {{ ref('int_restatement_rules') }}
),

-- What lies after the close or is still to come, then as now, counts on neither side and explains nothing.
touches as (
    select
        touches.*,
        deals.new_closed_at,
        deals.is_deal_on_one_side,
        rules.are_changed,
        rules.is_zone_changed,
        previous.previous_as_of,
        coalesce(
            deals.has_close_come
            or (
                touches.old_occurred_at = touches.new_occurred_at
                and touches.new_occurred_at > previous.earlier and touches.new_occurred_at <= previous.later
            ),
            false
        ) as has_come
    from {{ ref('int_restatement_touch') }} as touches
    cross join previous
    cross join rules
    left join deals on touches.deal_id = deals.deal_id
    where not ({{ lies_outside('old') }} and {{ lies_outside('new') }})
),

touches_in_both as (
    select * from touches
    where is_in_old and is_in_new
),

touches_on_one_side as (
    select
        *,
        is_known and was_known as is_of_another_deal
    from touches
    where not (is_in_old and is_in_new)
),

-- A row that was known, and still is, came to this deal or left it: by its own words, unless the rules' windows moved.
arrivals as (
    select
        *,
        case
            when is_of_another_deal then 'changed'
            when not is_in_new then 'deleted'
            when new_occurred_at > previous_as_of then 'happened_since'
            when new_logged_at > new_closed_at then 'late_logged'
            when origin = 'activity' and new_occurred_at is not null then 'arrived_late'
            else 'created'
        end as kind,
        case when is_of_another_deal then 'deal_id' end as field,
        case when is_in_old and is_known then deal_id end as old_value,
        case when is_in_new and was_known then deal_id end as new_value
    from touches_on_one_side
    where table_name <> 'deals' and not (is_of_another_deal and are_changed)
),

-- Behind the source partner that a deal names stands the deal's own row, which need not have come or gone.
source_partners as (
    select
        *,
        'changed' as kind,
        'partner_id' as field,
        old_partner_id as old_value,
        new_partner_id as new_value
    from touches_on_one_side
    where table_name = 'deals' and not is_deal_on_one_side
),

fields as (
    select
        *,
        'changed' as kind
    from ({{ field_changes('touches_in_both', touch_facts()) }})
    where not (is_time and (is_zone_changed or (are_changed and origin = 'integration')))
),

-- Its time, or its deal's close, has come; or the rules are as they were, and the stages of its deal changed, or what
-- it is compared with.
judgements as (
    select
        *,
        case when has_come then 'time_passed' else 'judged_anew' end as kind
    from ({{ field_changes('touches_in_both', touch_judgements()) }})
    where has_come or not are_changed
),

-- A deal's own row tells of the deal, too: what it says of its source is told apart.
final as (
    {% for rows in ['arrivals', 'source_partners', 'fields', 'judgements'] %}
        select
            deal_id,
            case when kind = 'time_passed' then 'as_of' else 'new_data' end as cause,
            kind,
            table_name,
            row_id,
            case when table_name = 'deals' then 'source ' || field else field end as field,
            old_value,
            new_value
        from {{ rows }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
