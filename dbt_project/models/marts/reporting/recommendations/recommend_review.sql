-- Review: a partner, or a tier as a whole, that earned less credit than it cost. Joiners have not had the time.
with
partners as (
    select
        *,
        {{ ratio('credit_amount', 'cost_amount') }} as return_on_cost
    from {{ ref('recommendation_partner') }}
    where was_there_throughout
),

tiers as (
    select
        tier,
        count(*) as partner_count,
        sum(credit_amount) as credit_amount,
        sum(cost_amount) as cost_amount,
        {{ ratio('sum(credit_amount)', 'sum(cost_amount)') }} as return_on_cost
    from partners
    where cost_amount > 0 and tier is not null
    group by tier
),

costly_partners as (
    select
        {{ recommendation_columns({
            'kind': "'review'", 'subject_type': "'partner'", 'subject_id': 'partner_id',
            'subject_name': 'partner_name', 'measure': "'return_on_cost'", 'value': 'return_on_cost',
            'threshold': return_below(), 'n': 'decided_count', 'n_of': "'decided deals'", 'amount': 'cost_amount',
            'amount_of': "'cost'", 'is_tentative': 'decided_count < ' ~ fewest_decided_deals(),
            'text': sentence(
                'A partner {} that cost {} and earned {} of credit: {}, where at least {} is asked for. It took part in {}{}',
                [
                    "case when tier is null then 'without a tier' else 'of tier ' || tier end",
                    amount_words('cost_amount'), amount_words('credit_amount'), times_words('return_on_cost'),
                    times_words(return_below()), counted_words('decided_count', 'decided deal'),
                    "case when decided_count < " ~ fewest_decided_deals()
                    ~ " then ', too few for a verdict: ask before you cut.' else '.' end"
                ]
            )
        }) }}
    from partners
    where cost_amount >= {{ least_cost() }} and return_on_cost < {{ return_below() }}
),

costly_tiers as (
    select
        {{ recommendation_columns({
            'kind': "'review'", 'subject_type': "'tier'", 'subject_id': 'tier', 'subject_name': 'tier',
            'measure': "'return_on_cost'", 'value': 'return_on_cost', 'threshold': return_below(),
            'n': 'partner_count', 'n_of': "'partners with a cost'", 'amount': 'cost_amount', 'amount_of': "'cost'",
            'text': sentence(
                'Its {} with costs of their own took {} and earned {} of credit: {}, where at least {} is asked for.',
                [
                    counted_words('partner_count', 'partner'), amount_words('cost_amount'),
                    amount_words('credit_amount'), times_words('return_on_cost'), times_words(return_below())
                ]
            )
        }) }}
    from tiers
    where
        partner_count >= {{ fewest_tier_partners() }}
        and cost_amount >= {{ least_cost() }}
        and return_on_cost < {{ return_below() }}
),

final as (
    select * from costly_partners
    union all
    select * from costly_tiers
)

select * from final
