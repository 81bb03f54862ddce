{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- What the partners did on each deal, one sentence per partner in the order in which they came, at most as long as the
-- CRM's field: as many whole steps as fit with their '+n more'.
with
partners as (
    select * from {{ ref('deal_partner') }}
),

steps as (
    select
        touchpoint.deal_id,
        partners.partner_name,
        partners.first_position,
        touchpoint.position,
        {{ contribution_words(
            'touchpoint.origin', 'touchpoint.activity_type', 'touchpoint.source_table', 'touchpoint.flags'
        ) }}
        || ' ' || strftime({{ local_date('touchpoint.occurred_at') }}, '%Y-%m-%d')
        || coalesce(' at ' || touchpoint.stage_at_touch, '') as words
    from {{ ref('fct_touchpoint') }} as touchpoint
    inner join partners on touchpoint.deal_id = partners.deal_id and touchpoint.partner_id = partners.partner_id
    where touchpoint.is_eligible
),

ordered as (
    select
        *,
        row_number() over (partition by deal_id order by first_position, position) as step,
        count(*) over (partition by deal_id) as step_count,
        position = first_position as opens_sentence
    from steps
),

worded as (
    select
        *,
        case
            when opens_sentence and step > 1 then '. ' || partner_name || ': ' || words
            when opens_sentence then partner_name || ': ' || words
            else '; ' || words
        end as piece,
        case when step < step_count then '; +' || (step_count - step) || ' more.' else '.' end as ending
    from ordered
),

measured as (
    select
        *,
        sum(length(piece)) over (partition by deal_id order by step) as text_length
    from worded
),

last_step as (
    select
        deal_id,
        max(step) as step
    from measured
    where text_length + length(ending) <= {{ contribution_length() }}
    group by deal_id
),

final as (
    select
        measured.deal_id,
        string_agg(measured.piece, '' order by measured.step)
        || max(case when measured.step = last_step.step then measured.ending else '' end) as contribution
    from measured
    inner join last_step on measured.deal_id = last_step.deal_id and measured.step <= last_step.step
    group by measured.deal_id
)

select * from final
