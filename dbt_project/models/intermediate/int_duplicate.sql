with passed as (
    select
        *,
        case origin when 'deal_source' then 1 when 'activity' then 2 else 3 end as origin_rank
    from {{ ref('int_candidate') }}
    where exclusion_reason is null
),

sources as (
    select * from passed where is_source
),

integrations as (
    select * from passed where origin = 'integration'
),

-- The same partner's referrals are the deal's source, told again.
source_members as (
    select
        touchpoint_id as united_with,
        sort_id as united_sort_id,
        touchpoint_id,
        occurred_at,
        origin_rank,
        sort_id
    from sources
    union all
    select
        sources.touchpoint_id as united_with,
        sources.sort_id as united_sort_id,
        passed.touchpoint_id,
        passed.occurred_at,
        passed.origin_rank,
        passed.sort_id
    from passed
    inner join sources on passed.deal_id = sources.deal_id and passed.partner_id = sources.partner_id
    where passed.activity_type = 'referral_submitted'
),

-- An activity tells of one integration: the one that it names, else the first that fell on its day.
told as (
    select
        integrations.touchpoint_id as united_with,
        integrations.sort_id as united_sort_id,
        passed.touchpoint_id,
        passed.occurred_at,
        passed.origin_rank,
        passed.sort_id,
        row_number() over (
            partition by passed.touchpoint_id
            order by
                coalesce(lower(passed.asset_name) = lower(integrations.asset_name), false) desc,
                integrations.occurred_at asc,
                integrations.sort_id asc
        ) as choice
    from passed
    inner join integrations on passed.deal_id = integrations.deal_id and passed.partner_id = integrations.partner_id
    where
        passed.activity_type = 'integration_enabled'
        and (
            lower(passed.asset_name) = lower(integrations.asset_name)
            or {{ local_date('passed.occurred_at') }} = {{ local_date('integrations.occurred_at') }}
        )
),

integration_members as (
    select
        touchpoint_id as united_with,
        sort_id as united_sort_id,
        touchpoint_id,
        occurred_at,
        origin_rank,
        sort_id
    from integrations
    where touchpoint_id in (select united_with from told where choice = 1)
    union all
    select {{ all_but('told', ['choice']) }} from told where choice = 1
),

members as (
    select
        *,
        'deal_source' as counts_as
    from source_members
    union all
    select
        *,
        'integration' as counts_as
    from integration_members
),

final as (
    select
        touchpoint_id,
        counts_as,
        united_sort_id,
        first_value(touchpoint_id) over united as stays_as,
        row_number() over united > 1 as is_duplicate
    from members
    window united as (partition by united_with order by occurred_at, origin_rank, sort_id)
)

select * from final
