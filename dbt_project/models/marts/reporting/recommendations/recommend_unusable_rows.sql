-- Missing data whose revenue nobody knows: won deals that could not be valued or dated, and activities tied to no deal.
with
won as (
    select exclusion_reason
    from {{ ref('dim_deal') }}
    where status = 'won' and coalesce(exclusion_reason, '') not in ('deleted', 'duplicate')
),

activities as (
    select exclusion_reason
    from {{ ref('fct_touchpoint') }}
    where origin = 'activity'
),

counted as (
    {% for field, rule in {
        'exchange_rates.rate': ['won', "exclusion_reason = 'no_exchange_rate'", 'won deal',
            'cannot be converted: no exchange rate for the currency on the day of the close.'],
        'deals.amount': ['won', "exclusion_reason = 'no_amount'", 'won deal', 'left out: no amount.'],
        'deals.closed_at': ['won', "exclusion_reason = 'no_close_date'", 'won deal', 'left out: no date of closing.'],
        'partner_activities.deal_id': ['activities', "exclusion_reason in ('unrelated', 'unknown_deal')", 'activity',
            'reach no deal: they name neither an account nor a deal that exists.'],
    }.items() %}
        select
            '{{ field }}' as field,
            '{{ rule[2] }}' as noun,
            '{{ rule[3] }}' as consequence,
            count(*) filter (where {{ rule[1] }}) as row_count,
            count(*) as total_count
        from {{ rule[0] }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

judged as (
    select
        *,
        case noun when 'activity' then 'activities' else 'won deals' end as nouns,
        {{ ratio('row_count', 'total_count') }} as row_share
    from counted
),

final as (
    select
        {{ recommendation_columns({
            'kind': "'missing_data'", 'subject_type': "'field'", 'subject_id': 'field', 'subject_name': 'field',
            'measure': "'row_share'", 'value': 'row_share', 'threshold': missing_share(), 'cases': 'row_count',
            'n': 'total_count', 'n_of': 'nouns',
            'text': sentence('{} of {} {}, {}, {}', [
                "format('{:,}', row_count)", "format('{:,}', total_count)", 'nouns', percent_words('row_share'),
                'consequence'
            ])
        }) }}
    from judged
    where row_share >= {{ missing_share() }}
)

select * from final
