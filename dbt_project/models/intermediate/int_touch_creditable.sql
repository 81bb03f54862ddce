{%- set columns = [
    'deal_id', 'touchpoint_id', 'position', 'partner_id', 'occurred_at', 'activity_type', 'origin', 'influence_type',
    'weight', 'partner_type', 'tier', 'stage_at_touch', 'channel', 'engagement_depth', 'deal_type', 'segment',
    'amount_cents', 'is_creditable', 'created_at', 'closed_at', 'last_stage_change_at'
] %}
with touches as (
    select * from {{ ref('int_touch') }}
    where is_creditable
),

overrides as (
    select * from {{ ref('int_override') }}
    where is_creditable
),

deals as (
    select * from {{ ref('int_deal') }}
),

partners as (
    select * from {{ ref('int_partner_judged') }}
    where exclusion_reason is null
),

counted as (
    select
        touches.deal_id,
        count(distinct touches.touchpoint_id) as touchpoint_count
    from touches
    inner join overrides on touches.deal_id = overrides.deal_id
    group by touches.deal_id
),

-- Behind the deal's own touchpoints: an added one is nobody's first or last touch.
added as (
    select
        overrides.deal_id,
        overrides.touchpoint_id,
        cast(coalesce(counted.touchpoint_count, 0) + row_number() over (
            partition by overrides.deal_id order by overrides.decided_at, overrides.override_id
        ) as integer) as position,
        overrides.partner_id,
        overrides.decided_at as occurred_at,
        cast(null as {{ dbt.type_string() }}) as activity_type,
        'override' as origin,
        cast(null as {{ dbt.type_string() }}) as influence_type,
        cast(null as double) as weight,
        partners.partner_type,
        partners.tier,
        cast(null as {{ dbt.type_string() }}) as stage_at_touch,
        cast(null as {{ dbt.type_string() }}) as channel,
        cast(null as double) as engagement_depth,
        deals.deal_type,
        deals.segment,
        deals.amount_cents,
        overrides.is_creditable,
        deals.created_at,
        deals.anchor_at as closed_at,
        cast(null as timestamp) as last_stage_change_at,
        overrides.share as override_share
    from overrides
    inner join deals on overrides.deal_id = deals.deal_id
    left join partners on overrides.partner_id = partners.partner_id
    left join counted on overrides.deal_id = counted.deal_id
    where overrides.adds_touchpoint
),

final as (
    select
        {%- for column in columns %}
            touches.{{ column }},
        {%- endfor %}
        overrides.share as override_share
    from touches
    left join overrides on touches.deal_id = overrides.deal_id and touches.partner_id = overrides.partner_id
    union all
    select
        {%- for column in columns %}
            {{ column }},
        {%- endfor %}
        override_share
    from added
)

select * from final
