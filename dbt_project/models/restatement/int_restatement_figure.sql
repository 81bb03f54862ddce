-- The figures of closed periods that are not what they were, with both values. A subject without a row has nothing: 0.
{%- set credits = {
    'mart_partner_influence': ('partner', 'partner_id'),
    'mart_tier_influence': ('tier', 'tier'),
    'mart_influence_type': ('influence_type', 'influence_type'),
} %}
with
periods as (
    select distinct
        period_grain,
        period_start,
        period_end,
        period_label,
        is_headline,
        is_cut_alike
    from {{ ref('int_restatement_month') }}
),

models as (
    select
        old.model,
        coalesce(new.gave_credit, false) as is_published
    from {{ source('previous', 'mart_model') }} as old
    left join {{ ref('mart_model') }} as new on old.model = new.model
    where old.gave_credit
),

{% for side in ['old', 'new'] %}
    {{ side }}_figures as (
        {% for measure in summary_measures() %}
            select
                'mart_executive_summary' as mart_name,
                '{{ measure }}' as metric,
                period_grain,
                period_start,
                'total' as subject_kind,
                'all' as subject,
                null as model,
                cast({{ measure }} as decimal(18, 2)) as amount
            from {{ source('previous', 'mart_executive_summary') if side == 'old' else ref('mart_executive_summary') }}
            union all
        {% endfor %}
        {% for mart, names in credits.items() %}
            select
                '{{ mart }}' as mart_name,
                'credit_amount' as metric,
                period_grain,
                period_start,
                '{{ names[0] }}' as subject_kind,
                {{ names[1] }} as subject,
                model,
                credit_amount as amount
            from {{ source('previous', mart) if side == 'old' else ref(mart) }}
            {{ 'union all' if not loop.last }}
        {% endfor %}
    ),
{% endfor %}

paired as (
    select
        coalesce(old.mart_name, new.mart_name) as mart_name,
        coalesce(old.metric, new.metric) as metric,
        coalesce(old.period_grain, new.period_grain) as period_grain,
        coalesce(old.period_start, new.period_start) as period_start,
        coalesce(old.subject_kind, new.subject_kind) as subject_kind,
        coalesce(old.subject, new.subject) as subject,
        coalesce(old.model, new.model) as model,
        case when old.mart_name is null then 0 else old.amount end as old_amount,
        case when new.mart_name is null then 0 else new.amount end as new_amount
    from old_figures as old
    full join new_figures as new
        on
            old.mart_name = new.mart_name
            and old.metric = new.metric
            and old.period_grain = new.period_grain
            and old.period_start = new.period_start
            and old.subject = new.subject
            and old.model is not distinct from new.model
),

compared as (
    select
        paired.mart_name,
        paired.metric,
        periods.*,
        paired.subject_kind,
        paired.subject,
        paired.model,
        cast(paired.old_amount as decimal(18, 2)) as old_value,
        case
            when periods.is_cut_alike and coalesce(models.is_published, true)
                then cast(paired.new_amount as decimal(18, 2))
        end as new_value
    from paired
    inner join periods on paired.period_grain = periods.period_grain and paired.period_start = periods.period_start
    left join models on paired.model = models.model
    where paired.model is null or models.model is not null
),

final as (
    select
        *,
        cast(new_value - old_value as decimal(18, 2)) as change_amount
    from compared
    where old_value is not null and old_value is distinct from new_value
)

select * from final
