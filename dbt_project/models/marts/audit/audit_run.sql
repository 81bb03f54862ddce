-- Every run that was ever started, as the runs record tells it.
with
runs as (
    select * from {{ source('runs', 'run') }}
),

final as (
    select
        run_id,
        started_at,
        finished_at,
        as_of,
        source,
        status,
        policy_hash,
        primary_model,
        error,
        deals_in,
        touchpoints_eligible,
        credit_rows,
        crm_rows_written
    from runs
)

select * from final
