-- What to do, by the policy's rules, with what each piece of advice rests on. Which model to believe is told elsewhere,
-- by mart_model_recommendation.
{%- set kinds = [
    'increase_investment', 'optimise', 'develop', 'review', 'conflict', 'missing_data', 'cannibalisation'
] %}
with
advice as (
    select * from {{ ref('recommend_increase') }}
    union all
    select * from {{ ref('recommend_optimise') }}
    union all
    select * from {{ ref('recommend_develop') }}
    union all
    select * from {{ ref('recommend_review') }}
    union all
    select * from {{ ref('recommend_tier_review') }}
    union all
    select * from {{ ref('recommend_conflict') }}
    union all
    select * from {{ ref('recommend_registration_conflict') }}
    union all
    select * from {{ ref('recommend_missing_data') }}
    union all
    select * from {{ ref('recommend_unusable_rows') }}
    union all
    select * from {{ ref('recommend_cannibalisation') }}
),

ranked as (
    select
        *,
        case kind
            {% for kind in kinds %}
                when '{{ kind }}' then {{ loop.index }}
            {% endfor %}
        end as kind_order
    from advice
),

final as (
    select
        ranked.kind || ':' || ranked.subject_type || ':' || ranked.subject_id || ':' || ranked.measure
            as recommendation_id,
        cast(row_number() over (
            order by
                ranked.kind_order asc,
                ranked.is_tentative asc,
                ranked.amount desc nulls last,
                ranked.subject_id asc,
                ranked.measure asc
        ) as integer) as place,
        ranked.kind,
        ranked.subject_type,
        ranked.subject_id,
        ranked.subject_name,
        ranked.measure,
        ranked.value,
        ranked.value_low,
        ranked.value_high,
        ranked.threshold,
        ranked.cases,
        ranked.n,
        ranked.n_of,
        ranked.amount,
        ranked.amount_of,
        ranked.is_tentative,
        ranked.text,
        '{{ primary_model() }}' as model,
        coalesce(ranked.period_start, evidence.window_start) as period_start,
        coalesce(ranked.period_end, evidence.window_end) as period_end
    from ranked
    cross join {{ ref('recommendation_window') }} as evidence
)

select * from final
