-- Develop: an integration whose accounts are surely won more often than accounts like them without any. Few deals have
-- one, so every decided deal of the data counts, not those of the last months alone.
with
integrations as (
    select
        *,
        least(compared_with_count, compared_without_count) as fewer_count
    from {{ ref('mart_integration_impact') }}
    where period_grain = 'all' and dimension = 'integration'
),

final as (
    select
        {{ recommendation_columns({
            'kind': "'develop'", 'subject_type': "'integration'", 'subject_id': 'subject', 'subject_name': 'subject',
            'measure': "'lift'", 'value': 'lift', 'value_low': 'lift_low', 'value_high': 'lift_high', 'threshold': '0',
            'n': 'fewer_count', 'n_of': "'decided deals on the smaller side'", 'amount': 'with_revenue',
            'amount_of': "'revenue'", 'period_start': 'period_start', 'period_end': 'period_end',
            'text': sentence(
                'Deals of accounts that had it before are won more often by {} points, at least {} with 95% confidence,'
                ' within deal types and segments: {} with it beside {} without any integration, in all of the data. Such'
                ' accounts may differ in more than that, so try it on more before you spend much.',
                [
                    "format('{:.1f}', 100 * lift)", "format('{:.1f}', 100 * lift_low)",
                    counted_words('compared_with_count', 'decided deal'), "format('{:,}', compared_without_count)"
                ]
            )
        }) }}
    from integrations
    where fewer_count >= {{ fewest_decided_deals() }} and lift_low > 0
)

select * from final
