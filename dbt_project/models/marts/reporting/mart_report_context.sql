-- What is printed beside every number of this publication.
with
tables as (
    select
        coalesce(list(table_name order by table_name) filter (where is_available), []) as available_tables,
        coalesce(list(table_name order by table_name) filter (where not is_available), []) as unavailable_tables,
        coalesce(bool_or(is_available) filter (where table_name = 'partner_investments'), false) as has_investments
    from {{ source('landed', 'landed_table') }}
),

summary as (
    select
        coalesce(sum(sources_outside_lookback_count), 0) as sources_outside,
        sum(integrations_outside_window_count) as integrations_outside,
        sum(unallocated_amount) as unallocated
    from {{ ref('mart_executive_summary') }}
    where period_grain = 'month'
),

costs as (
    select count(*) as unconverted from {{ ref('int_partner_cost') }}
    where amount is null
),

final as (
    select
        {{ sql_text(var('run_id')) }} as run_id,
        {{ as_of() }} as as_of,
        {{ local_date(as_of()) }} as as_of_date,
        {{ sql_text(var('policy_hash')) }} as policy_hash,
        {{ sql_text(tojson(var('policy'), sort_keys=true)) }} as policy_json,
        '{{ primary_model() }}' as primary_model,
        '{{ reporting_currency() }}' as reporting_currency,
        '{{ time_zone() }}' as time_zone,
        {{ sql_text(var('source_system')) }} as source_system,
        {{ fiscal_year_start_month() }} as fiscal_year_start_month,
        tables.available_tables,
        tables.unavailable_tables,
        cast(summary.sources_outside as bigint) as sources_outside_lookback_count,
        cast(summary.integrations_outside as bigint) as integrations_outside_window_count,
        cast(summary.unallocated as decimal(18, 2)) as unallocated_amount,
        case when tables.has_investments then costs.unconverted end as unconverted_investment_count,
        {{ small_sample_deals() }} as small_sample_deals
    from tables
    cross join summary
    cross join costs
)

select * from final
