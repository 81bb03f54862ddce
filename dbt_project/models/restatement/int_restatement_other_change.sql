-- What people decided about the deals that moved, and what changed of the partners whose credit moved.
with
deals as (
    select deal_id from {{ ref('int_restatement_deal') }}
),

partners as (
    select distinct partner_id from {{ ref('int_restatement_move') }}
    where partner_id is not null
),

old_overrides as (
    select
        override_id,
        deal_id,
        partner_id || ' ' || share as decision
    from {{ source('previous', 'audit_override') }}
    where is_accepted
),

new_overrides as (
    select
        override_id,
        deal_id,
        partner_id || ' ' || share as decision
    from {{ ref('audit_override') }}
    where is_accepted
),

-- One that names another deal now left the one and came to the other.
overrides as (
    select
        coalesce(new.deal_id, old.deal_id) as deal_id,
        coalesce(new.override_id, old.override_id) as override_id,
        old.decision as old_value,
        new.decision as new_value
    from old_overrides as old
    full join new_overrides as new on old.override_id = new.override_id and old.deal_id = new.deal_id
    where old.decision is distinct from new.decision
),

partner_sides as (
    select
        old.tier as old_tier,
        new.tier as new_tier,
        old.partner_type as old_partner_type,
        new.partner_type as new_partner_type,
        partners.partner_id,
        old.partner_id is not null as is_in_old,
        new.partner_id is not null as is_in_new
    from partners
    left join {{ source('previous', 'dim_partner') }} as old on partners.partner_id = old.partner_id
    left join {{ ref('dim_partner') }} as new on partners.partner_id = new.partner_id
),

partners_in_both as (
    select * from partner_sides
    where is_in_old and is_in_new
),

partner_rows as (
    select
        partner_id,
        case when is_in_old then 'deleted' else 'created' end as kind
    from partner_sides
    where not (is_in_old and is_in_new)
    union all by name
    select
        partner_id,
        'changed' as kind,
        field,
        old_value,
        new_value
    from ({{ field_changes('partners_in_both', {'tier': false, 'partner_type': false}) }})
),

final as (
    select
        deals.deal_id,
        'override' as cause,
        case
            when overrides.old_value is null then 'created'
            when overrides.new_value is null then 'deleted'
            else 'changed'
        end as kind,
        'attribution_overrides' as table_name,
        overrides.override_id as row_id,
        case when overrides.old_value || overrides.new_value is not null then 'partner and share' end as field,
        overrides.old_value,
        overrides.new_value
    from overrides
    inner join deals on overrides.deal_id = deals.deal_id
    union all by name
    select
        *,
        'new_data' as cause,
        'partners' as table_name,
        partner_id as row_id
    from partner_rows
)

select * from final
