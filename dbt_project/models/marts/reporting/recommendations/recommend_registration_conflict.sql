-- Conflicts to settle on accounts: several partners hold a registration, and at least one of them awaits a decision.
with
standing as (
    select
        account_id,
        partner_id,
        status = 'submitted' as is_pending
    from {{ ref('int_registration_judged') }}
    where
        not ({{ list_has('reasons', "'deleted'") }} or {{ list_has('reasons', "'duplicate'") }})
        and status in ('submitted', 'approved')
        and submitted_at <= {{ as_of() }}
        and coalesce(expires_at > {{ as_of() }}, true)
),

accounts as (
    select
        account_id,
        count(distinct partner_id) as claimant_count,
        count(*) filter (where is_pending) as pending_count
    from standing
    group by account_id
    having count(distinct partner_id) > 1 and count(*) filter (where is_pending) > 0
),

deals as (
    select
        account_id,
        max(account_name) as account_name,
        sum(amount) filter (where status = 'open' and is_eligible) as pipeline
    from {{ ref('dim_deal') }}
    group by account_id
),

named as (
    select
        accounts.*,
        coalesce(deals.account_name, accounts.account_id) as account_name,
        deals.pipeline
    from accounts
    left join deals on accounts.account_id = deals.account_id
),

final as (
    select
        {{ recommendation_columns({
            'kind': "'conflict'", 'subject_type': "'account'", 'subject_id': 'account_id',
            'subject_name': 'account_name', 'measure': "'registrations'", 'value': 'claimant_count',
            'n': 'claimant_count', 'n_of': "'partners with a registration'", 'amount': 'pipeline',
            'amount_of': "'open pipeline'",
            'text': sentence(
                '{} partners hold registrations of this account; no decision yet on {}. Decide before a deal closes.',
                ['claimant_count', counted_words('pending_count', 'registration')]
            )
        }) }}
    from named
)

select * from final
