-- Increase investment: a high return on a real cost, or credit that grew, either on enough won deals.
with
partners as (
    select
        *,
        {{ ratio('credit_amount', 'cost_amount') }} as return_on_cost,
        {{ change_ratio('credit_amount', 'credit_before') }} as growth
    from {{ ref('recommendation_partner') }}
    where won_with_credit >= {{ fewest_won_deals() }}
),

returns as (
    select
        {{ recommendation_columns({
            'kind': "'increase_investment'", 'subject_type': "'partner'", 'subject_id': 'partner_id',
            'subject_name': 'partner_name', 'measure': "'return_on_cost'", 'value': 'return_on_cost',
            'threshold': return_at_least(), 'n': 'won_with_credit', 'n_of': "'won deals with credit'",
            'amount': 'credit_amount', 'amount_of': "'credit'",
            'text': sentence(
                'It earned {} of credit on {} at an own cost of {}: {}, where {} is asked for. The return is gross and'
                ' does not prove that more money brings more deals: raise it in steps.',
                [
                    amount_words('credit_amount'), counted_words('won_with_credit', 'won deal'),
                    amount_words('cost_amount'), times_words('return_on_cost'), times_words(return_at_least())
                ]
            )
        }) }}
    from partners
    where cost_amount >= {{ least_cost() }} and return_on_cost >= {{ return_at_least() }}
),

growths as (
    select
        {{ recommendation_columns({
            'kind': "'increase_investment'", 'subject_type': "'partner'", 'subject_id': 'partner_id',
            'subject_name': 'partner_name', 'measure': "'credit_growth'", 'value': 'growth',
            'threshold': growth_at_least(), 'n': 'won_with_credit', 'n_of': "'won deals with credit'",
            'amount': 'credit_amount', 'amount_of': "'credit'",
            'text': sentence(
                'Its credit grew by {}, from {} on {} to {} on {}, where {} is asked for.',
                [
                    percent_words('growth'), amount_words('credit_before'),
                    counted_words('won_with_credit_before', 'won deal'), amount_words('credit_amount'),
                    counted_words('won_with_credit', 'won deal'), percent_words(growth_at_least())
                ]
            )
        }) }}
    from partners
    where won_with_credit_before >= {{ fewest_won_deals() }} and growth >= {{ growth_at_least() }}
),

final as (
    select * from returns
    union all
    select * from growths
)

select * from final
