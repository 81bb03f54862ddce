-- How much of the credit rests on how few partners. Every period and model has a row, also where nobody has credit.
with
models as (
    select model from {{ source('engine', 'model_run') }}
    where gave_credit and is_additive
),

ranked as (
    select
        *,
        row_number() over (
            partition by period_grain, period_start, model order by credit_amount desc, partner_id asc
        ) as place,
        count(*) over (partition by period_grain, period_start, model) as partner_count,
        sum(credit_amount) over (partition by period_grain, period_start, model) as total_amount
    from {{ ref('mart_partner_influence') }}
    where credit_amount > 0
),

figures as (
    select
        period_grain,
        period_start,
        model,
        max(partner_count) as partner_count,
        max(total_amount) as credit_amount,
        max(ceil(partner_count * {{ top_share() }})) as top_count,
        sum(credit_amount) filter (where place <= ceil(partner_count * {{ top_share() }})) as top_amount,
        sum(credit_amount) filter (where place = 1) as top_1_amount,
        sum(credit_amount) filter (where place <= 5) as top_5_amount,
        max(partner_id) filter (where place = 1) as top_partner_id,
        max(partner_name) filter (where place = 1) as top_partner_name,
        sum(power({{ ratio('credit_amount', 'total_amount') }}, 2)) as herfindahl
    from ranked
    group by period_grain, period_start, model
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.period_label,
        periods.is_complete,
        models.model,
        cast(coalesce(figures.partner_count, 0) as bigint) as partner_count,
        cast(coalesce(figures.credit_amount, 0) as decimal(18, 2)) as credit_amount,
        cast(figures.top_count as bigint) as top_quartile_count,
        {{ ratio('figures.top_amount', 'figures.credit_amount') }} as top_quartile_share,
        {{ ratio('figures.top_1_amount', 'figures.credit_amount') }} as top_1_share,
        {{ ratio('figures.top_5_amount', 'figures.credit_amount') }} as top_5_share,
        figures.top_partner_id,
        figures.top_partner_name,
        figures.herfindahl,
        {{ ratio('1', 'figures.herfindahl') }} as effective_partner_count,
        coalesce(figures.partner_count, 0) < {{ few_partners() }} as is_small_sample
    from {{ ref('int_period') }} as periods
    cross join models
    left join figures
        on
            periods.period_grain = figures.period_grain
            and periods.period_start = figures.period_start
            and models.model = figures.model
)

select * from final
