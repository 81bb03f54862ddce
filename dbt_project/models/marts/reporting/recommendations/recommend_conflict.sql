-- Conflicts to settle on deals: several partners claim to have brought one, or an override waits for a decision.
with
evidence as (
    select * from {{ ref('recommendation_window') }}
),

deals as (
    select
        deals.deal_id,
        deals.status,
        deals.amount,
        coalesce(deals.deal_name, deals.deal_id) as deal_name
    from {{ ref('dim_deal') }} as deals
    cross join evidence
    where
        deals.is_eligible
        and (
            deals.status = 'open'
            or (deals.status = 'won' and deals.close_date between evidence.window_start and evidence.window_end)
        )
),

settled as (
    select distinct deal_id from {{ ref('audit_override') }}
    where is_accepted
),

claims as (
    select
        touchpoint.deal_id,
        count(distinct touchpoint.partner_id) as claimant_count
    from {{ ref('fct_touchpoint') }} as touchpoint
    left join settled on touchpoint.deal_id = settled.deal_id
    where
        touchpoint.origin = 'deal_source'
        and coalesce(touchpoint.exclusion_reason, 'source_conflict')
        in ('source_conflict', 'duplicate', 'outside_lookback')
        and settled.deal_id is null
    group by touchpoint.deal_id
    having count(distinct touchpoint.partner_id) > 1
),

waiting as (
    select
        deal_id,
        count(*) as override_count,
        sum(share) as share
    from {{ ref('audit_override') }}
    where status = 'pending'
    group by deal_id
),

final as (
    select
        {{ recommendation_columns({
            'kind': "'conflict'", 'subject_type': "'deal'", 'subject_id': 'deals.deal_id',
            'subject_name': 'deals.deal_name', 'measure': "'claimants'", 'value': 'claims.claimant_count',
            'n': 'claims.claimant_count', 'n_of': "'partners that claim it'", 'amount': 'deals.amount',
            'amount_of': "'deal amount'",
            'text': sentence(
                '{} partners claim to have brought this {} deal of {}. The earliest claim stands until an approved'
                ' override says otherwise.',
                ['claims.claimant_count', 'deals.status', amount_words('deals.amount')]
            )
        }) }}
    from claims
    inner join deals on claims.deal_id = deals.deal_id
    union all
    select
        {{ recommendation_columns({
            'kind': "'conflict'", 'subject_type': "'deal'", 'subject_id': 'deals.deal_id',
            'subject_name': 'deals.deal_name', 'measure': "'pending_overrides'", 'value': 'waiting.override_count',
            'n': 'waiting.override_count', 'n_of': "'overrides that wait'", 'amount': 'deals.amount',
            'amount_of': "'deal amount'",
            'text': sentence(
                'No decision yet on {} that would set {} of this {} deal of {}.',
                [
                    counted_words('waiting.override_count', 'override'),
                    "coalesce(" ~ percent_words('waiting.share') ~ ", 'a share')", 'deals.status',
                    amount_words('deals.amount')
                ]
            )
        }) }}
    from waiting
    inner join deals on waiting.deal_id = deals.deal_id
)

select * from final
