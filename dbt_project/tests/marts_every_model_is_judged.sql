{{ config(tags=['credits']) }}
-- Each model has its row for each measure, with a value or the reason why there is none; one row says which to choose.
with
models as (
    select model from {{ ref('mart_model') }}
),

measures as (
    select distinct measure from {{ ref('mart_model_scorecard') }}
),

found as (
    select * from {{ ref('mart_model_scorecard') }}
),

unjudged as (
    select
        models.model,
        measures.measure
    from models
    cross join measures
    left join found on models.model = found.model and measures.measure = found.measure
    where found.model is null or (found.value is null) = (found.note is null)
),

recommended as (
    select
        model,
        situation
    from {{ ref('mart_model_recommendation') }}
    where situation = 'primary' and model is not null
)

select * from unjudged
union all
select
    cast(null as varchar) as model,
    'no recommendation' as measure
where (select count(*) from recommended) <> 1 or (select count(*) from measures) = 0
