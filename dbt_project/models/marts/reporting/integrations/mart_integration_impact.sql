-- Do accounts that had an integration before the deal began buy more often than accounts like them that had none?
{%- set counts = ['with_won', 'with_count', 'without_won', 'without_count'] %}
with
landed as (
    select table_name from {{ source('landed', 'landed_table') }}
    where table_name = 'account_integrations' and is_available
),

periods as (
    select
        period_grain,
        period_start,
        period_end,
        period_label,
        is_complete,
        count(*) filter (where not is_known) as unknown_count
    from {{ ref('deal_by_period') }}
    group by all
),

behind as (
    select
        'integration' as dimension,
        integration_name as subject,
        case when count(distinct partner_id) = 1 then max(partner_id) end as partner_id
    from {{ ref('int_integration_judged') }}
    where exclusion_reason is null
    group by integration_name
    union all
    select
        'partner' as dimension,
        partner_id as subject,
        partner_id
    from {{ ref('dim_partner') }}
),

compared as (
    select
        period_grain,
        period_start,
        dimension,
        subject,
        {% for column in counts %}
            cast(sum({{ column }}) as bigint) as {{ column }},
        {% endfor %}
        cast(sum(with_revenue) as decimal(18, 2)) as with_revenue,
        count(*) filter (where with_count > 0 and without_count > 0) as stratum_count,
        cast(coalesce(sum(with_count) filter (where without_count > 0), 0) as bigint) as compared_with,
        cast(coalesce(sum(without_count) filter (where with_count > 0), 0) as bigint) as compared_without,
        {{ stratified_rate_difference(counts[0], counts[1], counts[2], counts[3]) }} as lift,
        {{ stratified_rate_interval(counts, '-') }} as lift_low,
        {{ stratified_rate_interval(counts, '+') }} as lift_high
    from {{ ref('integration_stratum') }}
    group by period_grain, period_start, dimension, subject
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.period_label,
        periods.is_complete,
        compared.dimension,
        compared.subject,
        behind.partner_id,
        partners.partner_name,
        {% for side in ['with', 'without'] %}
            {% set won, decided = 'compared.' ~ side ~ '_won', 'compared.' ~ side ~ '_count' %}
            {{ decided }} as {{ side }}_decided_count,
            {{ won }} as {{ side }}_won_count,
            {{ ratio(won, decided) }} as {{ side }}_win_rate,
            {{ wilson(won, decided, '-') }} as {{ side }}_win_rate_low,
            {{ wilson(won, decided, '+') }} as {{ side }}_win_rate_high,
            {{ is_small_sample(decided) }} as is_small_sample_{{ side }},
        {% endfor %}
        compared.with_revenue,
        {{ ratio('compared.with_won', 'compared.with_count') }}
        - {{ ratio('compared.without_won', 'compared.without_count') }} as difference,
        compared.stratum_count,
        compared.compared_with as compared_with_count,
        compared.compared_without as compared_without_count,
        compared.lift,
        compared.lift_low,
        compared.lift_high,
        {{ is_small_sample('least(compared.compared_with, compared.compared_without)') }} as is_small_sample,
        periods.unknown_count
    from compared
    inner join periods
        on compared.period_grain = periods.period_grain and compared.period_start = periods.period_start
    left join behind on compared.dimension = behind.dimension and compared.subject = behind.subject
    left join {{ ref('dim_partner') }} as partners on behind.partner_id = partners.partner_id
    where exists (select 1 from landed)
)

select * from final
