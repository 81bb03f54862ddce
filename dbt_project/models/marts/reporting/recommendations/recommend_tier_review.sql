-- Review: a partner that earned less credit than is usual a tier below, so less than its tier needs. One that costs
-- nothing and was hardly measured is let be, and one whose cost alone calls for a review has it already.
with
partners as (
    select
        *,
        coalesce(
            cost_amount >= {{ least_cost() }}
            and {{ ratio('credit_amount', 'cost_amount') }} < {{ return_below() }},
            false
        ) as is_reviewed_for_cost
    from {{ ref('recommendation_partner') }}
    where was_there_throughout
),

usual as (
    select
        tier,
        count(*) as partner_count,
        median(credit_amount) as credit_amount
    from partners
    group by tier
    having count(*) >= {{ fewest_peers() }}
),

below as (
    select
        partners.*,
        usual.tier as lower_tier,
        usual.partner_count as peer_count,
        usual.credit_amount as usual_credit
    from partners
    inner join (values ('platinum', 'gold'), ('gold', 'silver'), ('silver', 'bronze')) as ladder (tier, lower_tier)
        on partners.tier = ladder.tier
    inner join usual on ladder.lower_tier = usual.tier
    where
        partners.credit_amount < usual.credit_amount
        and not partners.is_reviewed_for_cost
        and (
            partners.decided_count >= {{ fewest_decided_deals() }}
            or coalesce(partners.cost_amount >= {{ least_cost() }}, false)
        )
),

final as (
    select
        {{ recommendation_columns({
            'kind': "'review'", 'subject_type': "'partner'", 'subject_id': 'partner_id',
            'subject_name': 'partner_name', 'measure': "'credit_against_lower_tier'", 'value': 'credit_amount',
            'threshold': 'usual_credit', 'n': 'decided_count', 'n_of': "'decided deals'", 'amount': 'credit_amount',
            'amount_of': "'credit'", 'is_tentative': 'decided_count < ' ~ fewest_decided_deals(),
            'text': sentence(
                'A partner of tier {} that earned {} of credit, less than the {} that is the median of {} of tier {}, one'
                ' below. It took part in {}{}',
                [
                    'tier', amount_words('credit_amount'), amount_words('usual_credit'),
                    counted_words('peer_count', 'partner'), 'lower_tier',
                    counted_words('decided_count', 'decided deal'),
                    "case when decided_count < " ~ fewest_decided_deals()
                    ~ " then ', too few for a verdict: ask before you move it.' else '.' end"
                ]
            )
        }) }}
    from below
)

select * from final
