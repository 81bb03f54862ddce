-- Each partner in the cohorts that it belongs to: all partners, the quarter and the year of its joining. Years since
-- joining are compared among partners that have lived through them on record: who joined last month, or before the
-- first close on record, is not set beside a first year.
{%- set years = [1, 2, 3] %}
with
activation as (
    select
        *,
        {{ local_date('joined_at') }} as joined_on
    from {{ ref('int_partner_activation') }}
),

partners as (
    select
        partner_id,
        coalesce(partner_type, 'not_known') as partner_type,
        coalesce(tier, 'no_tier') as tier
    from {{ ref('int_partner_judged') }}
    where exclusion_reason is null
),

records as (
    select min(close_date) as first_close
    from {{ ref('int_deal') }}
    where counts_in_rates or counts_as_booked
),

cohorts as (
    select
        activation.*,
        partners.partner_type,
        partners.tier,
        records.first_close,
        grains.cohort_grain,
        case grains.cohort_grain
            when 'quarter' then {{ period_start('activation.joined_on', 'quarter') }}
            when 'year' then {{ period_start('activation.joined_on', 'year') }}
        end as cohort_start
    from activation
    inner join partners on activation.partner_id = partners.partner_id
    cross join records
    cross join (values ('all'), ('quarter'), ('year')) as grains (cohort_grain)
),

final as (
    select
        partner_id,
        joined_on,
        partner_type,
        tier,
        cohort_grain,
        cohort_start,
        case
            when cohort_grain = 'all' then 'all'
            when cohort_start is null then 'not known'
            when cohort_grain = 'quarter' then {{ period_label('cohort_start', 'quarter') }}
            else {{ period_label('cohort_start', 'year') }}
        end as cohort_label,
        {% for year in years %}
            coalesce(
                joined_on >= first_close
                and cast(joined_on + interval {{ 12 * year }} month as date) <= {{ local_date(as_of()) }},
                false
            ) as has_year_{{ year }},
        {% endfor %}
        is_active,
        is_judged,
        is_activated
    from cohorts
)

select * from final
