-- The moves by what they are published under: the total, or partner, tier and influence type; per deal and month.
{%- set kinds = {
    'partner': ('partner_id', 'not is_tier_change'),
    'tier': ('tier', 'is_additive'),
    'influence_type': ('influence_type', 'is_additive and not is_tier_change'),
} %}
with
moves as (
    select
        moves.*,
        coalesce(models.is_additive, false) as is_additive
    from {{ ref('audit_restatement_deal') }} as moves
    left join {{ ref('mart_model') }} as models on moves.model = models.model
),

named as (
    select
        *,
        'total' as subject_kind,
        'all' as subject
    from moves
    where model is null
    {% for kind, (column, is_published) in kinds.items() %}
        union all
        select
            *,
            '{{ kind }}' as subject_kind,
            {{ column }} as subject
        from moves
        where model is not null and {{ is_published }}
    {% endfor %}
),

final as (
    select
        month_start,
        measure,
        model,
        subject_kind,
        subject,
        deal_id,
        cause,
        list_distinct(flatten(list(distinct evidence))) as evidence,
        sum(change_amount) as change_amount
    from named
    group by all
    having sum(change_amount) <> 0
)

select * from final
