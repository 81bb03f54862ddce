-- How alike the deals are that mart_incrementality compares.
with
studied as (
    select * from {{ source('engine', 'incrementality_balance') }}
),

final as (
    select
        outcome,
        dimension,
        arm,
        covariate_group,
        covariate,
        difference_before,
        difference_after
    from studied
)

select * from final
