-- Partners by when they joined, type and tier, with what they earned in each year since.
{%- set years = [1, 2, 3] %}
with
models as (
    select model from {{ source('engine', 'model_run') }}
    where gave_credit and is_additive
),

joined as (
    select * from {{ ref('int_partner_cohort') }}
),

credits as (
    select
        credit.model,
        credit.partner_id,
        credit.credit_amount,
        case when credit.credit_amount > 0 then 1 else 0 end as deal_count,
        -- 1 for the twelve months that begin with the day of joining; 0 and below lie before it.
        {% for year in years %}
            credit.close_date >= joined.joined_on + interval {{ 12 * (year - 1) }} month
            and credit.close_date < joined.joined_on + interval {{ 12 * year }} month as is_year_{{ year }},
        {% endfor %}
        joined.joined_on
    from {{ ref('fct_partner_credit') }} as credit
    inner join joined on credit.partner_id = joined.partner_id and joined.cohort_grain = 'all'
),

earned as (
    select
        model,
        partner_id,
        {% for year in years %}
            sum(credit_amount) filter (where is_year_{{ year }}) as year_{{ year }}_credit,
            sum(deal_count) filter (where is_year_{{ year }}) as year_{{ year }}_deals,
        {% endfor %}
        sum(credit_amount) as credit_amount,
        sum(deal_count) as deal_count
    from credits
    group by model, partner_id
),

counted as (
    select
        joined.cohort_grain,
        joined.cohort_start,
        joined.cohort_label,
        dimensions.dimension,
        case when dimensions.dimension like 'type%' then joined.partner_type else 'all' end as cohort_type,
        case when dimensions.dimension like '%tier' then joined.tier else 'all' end as cohort_tier,
        models.model,
        count(*) as partner_count,
        count(*) filter (where joined.is_active) as active_count,
        count(*) filter (where joined.is_judged) as judged_count,
        count(*) filter (where joined.is_judged and joined.is_activated) as activated_count,
        {% for year in years %}
            count(*) filter (where joined.has_year_{{ year }}) as year_{{ year }}_partners,
            coalesce(sum(earned.year_{{ year }}_credit) filter (where joined.has_year_{{ year }}), 0)
                as year_{{ year }}_credit,
            coalesce(sum(earned.year_{{ year }}_deals) filter (where joined.has_year_{{ year }}), 0)
                as year_{{ year }}_deals,
        {% endfor %}
        coalesce(sum(earned.credit_amount), 0) as credit_amount,
        coalesce(sum(earned.deal_count), 0) as deal_count
    from joined
    cross join (values ('all'), ('type'), ('tier'), ('type_and_tier')) as dimensions (dimension)
    cross join models
    left join earned on joined.partner_id = earned.partner_id and models.model = earned.model
    group by all
),

final as (
    select
        cohort_grain,
        cohort_start,
        cohort_label,
        dimension,
        cohort_type as partner_type,
        cohort_tier as tier,
        model,
        partner_count,
        active_count,
        {{ ratio('active_count', 'partner_count') }} as active_share,
        {{ wilson('active_count', 'partner_count', '-') }} as active_share_low,
        {{ wilson('active_count', 'partner_count', '+') }} as active_share_high,
        judged_count,
        activated_count,
        {{ ratio('activated_count', 'judged_count') }} as activated_share,
        {{ wilson('activated_count', 'judged_count', '-') }} as activated_share_low,
        {{ wilson('activated_count', 'judged_count', '+') }} as activated_share_high,
        cast(credit_amount as decimal(18, 2)) as credit_amount,
        cast(deal_count as bigint) as deal_count,
        {% for year in years %}
            {% set prefix = 'year_' ~ year %}
            {{ prefix }}_partners as {{ prefix }}_partner_count,
            cast({{ prefix }}_deals as bigint) as {{ prefix }}_deal_count,
            cast({{ prefix }}_credit as decimal(18, 2)) as {{ prefix }}_credit_amount,
            {{ mean_money(prefix ~ '_credit', prefix ~ '_partners') }} as {{ prefix }}_avg_credit,
        {% endfor %}
        judged_count < {{ few_partners() }} as is_small_sample
    from counted
)

select * from final
