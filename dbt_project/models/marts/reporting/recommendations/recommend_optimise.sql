-- Optimise: among the busiest partners, and surely below what deals with partners win.
with
evidence as (
    select * from {{ ref('recommendation_window') }}
),

partners as (
    select
        *,
        quantile_disc(activity_count, {{ activity_quantile() }}) over () as much,
        {{ ratio('won_count', 'decided_count') }} as win_rate,
        {{ wilson('won_count', 'decided_count', '-') }} as win_rate_low,
        {{ wilson('won_count', 'decided_count', '+') }} as win_rate_high
    from {{ ref('recommendation_partner') }}
    where activity_count > 0
),

usual as (
    select
        count(*) as usual_count,
        {{ ratio("count(*) filter (where deals.status = 'won')", 'count(*)') }} as usual_rate
    from {{ ref('dim_deal') }} as deals
    inner join evidence on deals.close_date between evidence.window_start and evidence.window_end
    where deals.counts_in_rates and deals.deal_category in ('sourced', 'influenced')
),

final as (
    select
        {{ recommendation_columns({
            'kind': "'optimise'", 'subject_type': "'partner'", 'subject_id': 'partners.partner_id',
            'subject_name': 'partners.partner_name', 'measure': "'win_rate'", 'value': 'partners.win_rate',
            'value_low': 'partners.win_rate_low', 'value_high': 'partners.win_rate_high',
            'threshold': 'usual.usual_rate', 'cases': 'partners.won_count', 'n': 'partners.decided_count',
            'n_of': "'decided deals'", 'amount': 'partners.credit_amount', 'amount_of': "'credit'",
            'text': sentence(
                'It is among the busiest, with {}, and won {} of {}: {}, at most {} with 95% confidence, where of {} with'
                ' a partner {} were won. Look at which deals it is brought to, and when.',
                [
                    counted_words('partners.activity_count', 'activity', 'activities'), 'partners.won_count',
                    counted_words('partners.decided_count', 'decided deal'), percent_words('partners.win_rate'),
                    percent_words('partners.win_rate_high'), counted_words('usual.usual_count', 'decided deal'),
                    percent_words('usual.usual_rate')
                ]
            )
        }) }}
    from partners
    cross join usual
    where
        partners.activity_count >= partners.much
        and partners.decided_count >= {{ fewest_decided_deals() }}
        and partners.win_rate_high < usual.usual_rate
)

select * from final
