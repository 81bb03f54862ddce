-- Every published figure of a closed period that is not what it was at the last publication, by cause.
with
figures as (
    select * from {{ ref('int_restatement_figure') }}
),

months as (
    select
        period_grain,
        period_start,
        month_start
    from {{ ref('int_restatement_month') }}
),

-- Behind a figure that is not published any more stand no deals, but the policy, or a model that gave no credit.
withdrawn as (
    select
        list(distinct change) filter (where bears_on = 'headline') as headline,
        list(distinct change) filter (where bears_on = 'publication') as publication
    from {{ ref('int_restatement_policy') }}
),

silent as (
    select
        model,
        [model || ' gave no credit: ' || coalesce(reason, 'no reason recorded')] as evidence
    from {{ ref('mart_model') }}
    where not gave_credit
),

parts as (
    select
        figures.mart_name,
        figures.metric,
        figures.period_grain,
        figures.period_start,
        figures.subject_kind,
        figures.subject,
        figures.model,
        parts.cause,
        sum(parts.change_amount) as amount,
        count(distinct parts.deal_id) as deal_count,
        max_by(parts.deal_id, abs(parts.change_amount), 10) as deal_ids,
        list_sort(list_distinct(flatten(list(distinct parts.evidence))))[:20] as evidence
    from figures
    inner join months on figures.period_grain = months.period_grain and figures.period_start = months.period_start
    inner join {{ ref('int_restatement_part') }} as parts
        on
            months.month_start = parts.month_start
            and figures.metric = parts.measure
            and figures.subject_kind = parts.subject_kind
            and figures.subject = parts.subject
            and figures.model is not distinct from parts.model
    where figures.new_value is not null
    group by all
),

final as (
    select
        figures.mart_name,
        figures.metric,
        figures.period_grain,
        figures.period_start,
        figures.period_end,
        figures.period_label,
        figures.is_headline,
        figures.subject_kind,
        figures.subject,
        figures.model,
        case
            when parts.cause is not null then parts.cause
            when figures.new_value is not null then 'unexplained'
            when coalesce(withdrawn.publication, withdrawn.headline) is not null then 'policy'
            else 'model'
        end as cause,
        figures.old_value,
        figures.new_value,
        figures.change_amount,
        case
            when parts.cause is null then figures.change_amount
            else cast(parts.amount as decimal(18, 2))
        end as cause_amount,
        coalesce(parts.deal_count, 0) as deal_count,
        coalesce(parts.deal_ids, []) as deal_ids,
        case
            when parts.cause is not null then parts.evidence
            when figures.new_value is not null then []
            else coalesce(withdrawn.publication, withdrawn.headline, silent.evidence, [])
        end as evidence
    from figures
    cross join withdrawn
    left join silent on figures.model = silent.model
    left join parts
        on
            figures.mart_name = parts.mart_name
            and figures.metric = parts.metric
            and figures.period_grain = parts.period_grain
            and figures.period_start = parts.period_start
            and figures.subject = parts.subject
            and figures.model is not distinct from parts.model
)

select * from final
