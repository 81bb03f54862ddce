-- Which learned models learned other numbers than they had at the last publication, and how many of them.
with
final as (
    select
        coalesce(new.model, old.model) as model,
        count(*) filter (where new.value is distinct from old.value) as changed_count,
        count(*) as number_count
    from {{ ref('mart_model_parameter') }} as new
    full join {{ source('previous', 'mart_model_parameter') }} as old
        on new.model = old.model and new.parameter = old.parameter
    group by all
    having count(new.model) > 0 and count(old.model) > 0 and changed_count > 0
)

select * from final
