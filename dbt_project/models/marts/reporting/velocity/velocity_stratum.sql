{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- Deals of each partner group beside the direct ones of the same period, deal type and segment, measure by measure.
{%- set measures = ['win_rate', 'sales_cycle_days', 'deal_size', 'discount_rate'] %}
with
deals as (
    select * from {{ ref('decided_deal') }}
),

compared as (
    select
        *,
        true as is_partner
    from deals
    where deal_group in ('sourced', 'influenced', 'partner_involved')
    union all
    select
        deals.* replace (partner_groups.deal_group as deal_group),
        false as is_partner
    from deals
    cross join (values ('sourced'), ('influenced'), ('partner_involved')) as partner_groups (deal_group)
    where deals.deal_group = 'direct'
),

valued as (
    {% for measure in measures %}
        select
            period_grain,
            period_start,
            deal_group,
            deal_type,
            segment,
            is_partner,
            '{{ measure }}' as measure,
            cast({{ measure }} as double) as figure
        from compared
        where {{ measure }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        {% for side, condition in [('partner', 'is_partner'), ('direct', 'not is_partner')] %}
            count(*) filter (where {{ condition }}) as {{ side }}_count,
            coalesce(sum(figure) filter (where {{ condition }}), 0) as {{ side }}_total,
            avg(figure) filter (where {{ condition }}) as {{ side }}_mean,
            var_samp(figure) filter (where {{ condition }}) as {{ side }}_variance,
        {% endfor %}
        period_grain,
        period_start,
        deal_group,
        measure,
        deal_type,
        segment
    from valued
    group by period_grain, period_start, deal_group, measure, deal_type, segment
)

select * from final
