{{ config(tags=['credits']) }}
-- Nothing changed in silence: what the deals moved adds up to the difference of each figure, and no figure that deals
-- moved is missing. An older version may not have published what that takes.
with
previous as (
    select len(missing_columns) = 0 as is_whole from {{ ref('mart_restatement') }}
),

figures as (
    select
        metric,
        period_grain,
        period_start,
        subject_kind,
        subject,
        model,
        any_value(change_amount) as change_amount,
        any_value(new_value) is null as is_withdrawn,
        sum(cause_amount) as cause_amount
    from {{ ref('audit_restatement') }}
    group by all
),

moves as (
    select
        parts.measure as metric,
        months.period_grain,
        months.period_start,
        parts.subject_kind,
        parts.subject,
        parts.model,
        sum(parts.change_amount) as change_amount
    from {{ ref('int_restatement_part') }} as parts
    inner join {{ ref('int_restatement_month') }} as months on parts.month_start = months.month_start
    where months.is_cut_alike
    group by all
)

select
    coalesce(figures.metric, moves.metric) as metric,
    coalesce(figures.period_grain, moves.period_grain) as period_grain,
    coalesce(figures.period_start, moves.period_start) as period_start,
    coalesce(figures.subject, moves.subject) as subject,
    coalesce(figures.model, moves.model) as model,
    figures.change_amount as difference,
    moves.change_amount as moved
from figures
full join moves
    on
        figures.metric = moves.metric
        and figures.period_grain = moves.period_grain
        and figures.period_start = moves.period_start
        and figures.subject_kind = moves.subject_kind
        and figures.subject = moves.subject
        and figures.model is not distinct from moves.model
cross join previous
where
    previous.is_whole
    and not coalesce(figures.is_withdrawn, false)
    and (
        coalesce(figures.change_amount, 0) <> coalesce(moves.change_amount, 0)
        or coalesce(figures.cause_amount, 0) <> coalesce(figures.change_amount, 0)
    )
