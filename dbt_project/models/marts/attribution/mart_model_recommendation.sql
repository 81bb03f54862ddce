-- Which model to make the primary one, by the situation of the programme. Advice: the policy stays as it is.
with
judged as (
    select * from {{ source('engine', 'model_recommendation') }}
),

final as (
    select
        situation,
        precedence,
        holds,
        evidence,
        evidence_value,
        threshold,
        deal_count,
        model,
        is_available,
        scorecard_view,
        text
    from judged
)

select * from final
