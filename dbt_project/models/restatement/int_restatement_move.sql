-- What each deal gave to the figures of closed months in the last publication, and gives now, where that differs.
-- A partner that changed its tier takes what it had along, and only then gets more or less: two rows, told apart.
{%- set sides = {
    'old': {'deals': source('previous', 'dim_deal'), 'credits': source('previous', 'fct_touchpoint_credit')},
    'new': {'deals': ref('dim_deal'), 'credits': ref('fct_touchpoint_credit')},
} %}
with
months as (
    select distinct month_start from {{ ref('int_restatement_month') }}
),

-- A model that was not published before restates nothing; one that no longer is has no deals to set against each other.
models as (
    select new.model
    from {{ ref('mart_model') }} as new
    inner join {{ source('previous', 'mart_model') }} as old on new.model = old.model
    where new.gave_credit and old.gave_credit
),

old_primary as (
    select primary_model as model from {{ source('previous', 'mart_report_context') }}
),

new_primary as (
    select '{{ primary_model() }}' as model
),

tiers as (
    select
        coalesce(new.partner_id, old.partner_id) as partner_id,
        coalesce(old.tier, 'no_tier') as old_tier,
        coalesce(case when new.partner_id is null then old.tier else new.tier end, 'no_tier') as new_tier
    from {{ source('previous', 'dim_partner') }} as old
    full join {{ ref('dim_partner') }} as new on old.partner_id = new.partner_id
),

{% for side, tables in sides.items() %}
    {{ side }}_credits as (
        select
            deal_id,
            model,
            partner_id,
            influence_type,
            {{ period_start('close_date', 'month') }} as month_start,
            sum(credit_amount) as credit_amount
        from {{ tables.credits }}
        group by all
    ),

    {{ side }}_credited as (
        select
            credits.deal_id,
            sum(credits.credit_amount) as credited
        from {{ side }}_credits as credits
        inner join {{ side }}_primary as primary_model on credits.model = primary_model.model
        group by credits.deal_id
    ),
{% endfor %}

credit_sides as (
    {% for side, tier, is_tier_change in [
        ('old', 'new_tier', false), ('new', 'new_tier', false), ('old', 'old_tier', true), ('new', 'new_tier', true)
    ] %}
        select
            credits.deal_id,
            credits.month_start,
            'credit_amount' as measure,
            credits.model,
            credits.partner_id,
            tiers.{{ tier }} as tier,
            credits.influence_type,
            {{ is_tier_change }} as is_tier_change,
            {{ 'credits.credit_amount' if side == 'old' else '0' }} as old_amount,
            {{ 'credits.credit_amount' if side == 'new' else '0' }} as new_amount
        from {{ 'old' if is_tier_change else side }}_credits as credits
        inner join months on credits.month_start = months.month_start
        inner join models on credits.model = models.model
        left join tiers on credits.partner_id = tiers.partner_id
        {{ 'where tiers.old_tier <> tiers.new_tier' if is_tier_change }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

deal_sides as (
    {% for side, tables in sides.items() %}
        select
            '{{ side }}' as side,
            {% for measure, amount in summary_measures().items() %}
                cast({{ amount }} as decimal(18, 2)) as {{ measure }},
            {% endfor %}
            deals.deal_id,
            months.month_start
        from {{ tables.deals }} as deals
        inner join months on {{ period_start('deals.close_date', 'month') }} = months.month_start
        left join {{ side }}_credited as credits on deals.deal_id = credits.deal_id
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

deal_moves as (
    select
        {% for measure in summary_measures() %}
            {% for side in sides %}
                coalesce(sum({{ measure }}) filter (where side = '{{ side }}'), 0) as {{ side }}_{{ measure }},
            {% endfor %}
        {% endfor %}
        deal_id,
        month_start
    from deal_sides
    group by deal_id, month_start
),

sides as (
    select * from credit_sides
    {% for measure in summary_measures() %}
        union all
        select
            deal_id,
            month_start,
            '{{ measure }}' as measure,
            null as model,
            null as partner_id,
            null as tier,
            null as influence_type,
            false as is_tier_change,
            old_{{ measure }} as old_amount,
            new_{{ measure }} as new_amount
        from deal_moves
        where old_{{ measure }} <> new_{{ measure }}
    {% endfor %}
),

final as (
    select
        deal_id,
        month_start,
        measure,
        model,
        partner_id,
        tier,
        influence_type,
        is_tier_change,
        cast(sum(old_amount) as decimal(18, 2)) as old_amount,
        cast(sum(new_amount) as decimal(18, 2)) as new_amount
    from sides
    group by all
    having sum(old_amount) <> sum(new_amount)
)

select * from final
