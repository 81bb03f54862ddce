with deals as (
    select * from {{ ref('int_deal') }}
),

deal_accounts as (
    select distinct account_id from deals where account_id is not null
),

partners as (
    select partner_id from {{ ref('int_partner_judged') }} where exclusion_reason is null
),

registrations as (
    select
        {{ all_but('registrations', ['reasons', 'exclusion_reason']) }},
        partners.partner_id is not null as is_partner_known
    from {{ ref('int_registration_judged') }} as registrations
    left join partners on registrations.partner_id = partners.partner_id
    where registrations.exclusion_reason is null
),

pairs as (
    select
        registrations.record_id,
        deals.deal_id,
        true as is_named
    from registrations
    inner join deals on registrations.deal_id = deals.deal_id
    union all
    select
        registrations.record_id,
        deals.deal_id,
        false as is_named
    from registrations
    inner join deals on registrations.account_id = deals.account_id
    where registrations.deal_id is null and registrations.submitted_at is not null
),

tested as (
    select
        {{ all_but('registrations', ['deal_id', 'account_id']) }},
        deals.deal_id,
        deals.account_id,
        pairs.is_named,
        coalesce(registrations.submitted_at >= deals.registration_window_start, registrations.submitted_at is null)
        and coalesce(registrations.expires_at > deals.created_at, registrations.expires_at is null) as is_in_window,
        coalesce(
            registrations.submitted_at > greatest(
                deals.created_at, coalesce(deals.first_sales_contact_at, deals.created_at)
            ),
            false
        ) as is_late
    from pairs
    inner join registrations on pairs.record_id = registrations.record_id
    inner join deals on pairs.deal_id = deals.deal_id
),

contenders as (
    select
        *,
        is_in_window and is_partner_known and submitted_at is not null and not is_late as is_contender
    from tested
    where is_named or is_in_window
),

ranked as (
    select
        *,
        case
            when is_contender
                then row_number() over (partition by deal_id, is_contender order by submitted_at, registration_id)
        end as place
    from contenders
),

registered as (
    select
        case
            when place = 1 then {{ touchpoint_id('source', ['deal_id']) }}
            else {{ touchpoint_id('registration', ['registration_id', 'deal_id']) }}
        end as touchpoint_id,
        deal_id,
        partner_id,
        account_id,
        submitted_at as occurred_at,
        registration_id,
        'Deal registration ' || registration_id as details,
        'deal_registrations' as source_table,
        record_id as source_record_id,
        source_record,
        coalesce(place = 1, false) as is_source,
        false as is_deal_unknown,
        false as is_unrelated,
        not is_in_window as is_without_deal,
        is_late,
        coalesce(place > 1, false) as is_conflict
    from ranked
),

unmatched as (
    select
        {{ touchpoint_id('registration', ['registrations.registration_id', 'null']) }} as touchpoint_id,
        cast(null as {{ dbt.type_string() }}) as deal_id,
        registrations.partner_id,
        registrations.account_id,
        registrations.submitted_at as occurred_at,
        registrations.registration_id,
        'Deal registration ' || registrations.registration_id as details,
        'deal_registrations' as source_table,
        registrations.record_id as source_record_id,
        registrations.source_record,
        false as is_source,
        registrations.deal_id is not null as is_deal_unknown,
        registrations.deal_id is null and registrations.account_id is null as is_unrelated,
        registrations.deal_id is null
        and registrations.account_id is not null
        and (registrations.submitted_at is not null or deal_accounts.account_id is null) as is_without_deal,
        false as is_late,
        false as is_conflict
    from registrations
    left join ranked on registrations.record_id = ranked.record_id
    left join deal_accounts on registrations.account_id = deal_accounts.account_id
    where ranked.record_id is null
),

referrals as (
    select
        deals.*,
        registered.deal_id is not null as is_registered,
        registered.deal_id is null and partners.partner_id is not null and deals.created_at is not null as is_source
    from deals
    left join partners on deals.source_partner_id = partners.partner_id
    left join registered on deals.deal_id = registered.deal_id and registered.is_source
    where
        deals.source = 'partner_referral'
        and deals.source_partner_id is not null
        and deals.source_partner_id is distinct from registered.partner_id
),

referred as (
    select
        case
            when is_source then {{ touchpoint_id('source', ['deal_id']) }}
            else {{ touchpoint_id('source_partner', ['deal_id']) }}
        end as touchpoint_id,
        deal_id,
        source_partner_id as partner_id,
        account_id,
        created_at as occurred_at,
        cast(null as {{ dbt.type_string() }}) as registration_id,
        'Partner referral named on the deal' as details,
        'deals' as source_table,
        record_id as source_record_id,
        source_record,
        is_source,
        false as is_deal_unknown,
        false as is_unrelated,
        false as is_without_deal,
        false as is_late,
        is_registered as is_conflict
    from referrals
),

final as (
    select * from registered
    union all
    select * from unmatched
    union all
    select * from referred
)

select * from final
