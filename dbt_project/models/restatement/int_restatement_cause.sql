-- Why each move happened: the first that holds of what people decided, new data, time, policy, what models learned.
with
moves as (
    select
        *,
        case
            when measure in ('{{ credit_measures() | join("', '") }}') then '{{ primary_model() }}' else model
        end as under_model
    from {{ ref('int_restatement_move') }}
),

changes as (
    select * from {{ ref('audit_restatement_change') }}
),

by_deal as (
    select
        deal_id,
        cause,
        list(distinct change) as evidence
    from changes
    where deal_id is not null
    group by deal_id, cause
),

by_partner as (
    select
        partner_id,
        coalesce(field = 'tier', false) as is_tier_change,
        list(distinct change) as evidence
    from changes
    where partner_id is not null
    group by all
),

measures as (
    select distinct
        measure,
        under_model
    from moves
),

-- A key bears on revenue and credit alike, on credit alone, on one model's credit, or on the model of the headline.
by_policy as (
    select
        measures.measure,
        measures.under_model,
        list(distinct policy.change) as evidence
    from measures
    inner join {{ ref('int_restatement_policy') }} as policy
        on
            policy.bears_on = 'all'
            or (policy.bears_on = 'credit' and measures.under_model is not null)
            or (policy.bears_on = 'model' and measures.under_model = policy.model)
            or (policy.bears_on = 'headline' and measures.measure in ('{{ credit_measures() | join("', '") }}'))
    group by measures.measure, measures.under_model
),

by_model as (
    select
        model,
        [model || ' was taught anew: ' || changed_count || ' of its ' || number_count || ' numbers changed'] as evidence
    from {{ ref('int_restatement_taught') }}
),

found as (
    select
        moves.* exclude (under_model),
        case
            when moves.under_model is not null and not moves.is_tier_change then overridden.evidence
        end as override,
        case
            when moves.is_tier_change or deals.evidence is null then partners.evidence
            else list_concat(deals.evidence, coalesce(partners.evidence, []))
        end as new_data,
        case when not moves.is_tier_change then timed.evidence end as as_of,
        case when not moves.is_tier_change then policies.evidence end as policy,
        case when not moves.is_tier_change then taught.evidence end as model_taught
    from moves
    left join by_deal as overridden on moves.deal_id = overridden.deal_id and overridden.cause = 'override'
    left join by_deal as deals on moves.deal_id = deals.deal_id and deals.cause = 'new_data'
    left join by_partner as partners
        on moves.partner_id = partners.partner_id and moves.is_tier_change = partners.is_tier_change
    left join by_deal as timed on moves.deal_id = timed.deal_id and timed.cause = 'as_of'
    left join by_policy as policies
        on moves.measure = policies.measure and moves.under_model is not distinct from policies.under_model
    left join by_model as taught on moves.under_model = taught.model
),

final as (
    select
        * exclude (override, new_data, as_of, policy, model_taught),
        {{ names_that_hold([
            ('override', 'override is not null'),
            ('new_data', 'new_data is not null'),
            ('as_of', 'as_of is not null'),
            ('policy', 'policy is not null'),
            ('model', 'model_taught is not null'),
        ]) }} as causes,
        coalesce({{ list_first('causes') }}, 'unexplained') as cause,
        list_sort(coalesce(override, new_data, as_of, policy, model_taught, [])) as evidence
    from found
)

select * from final
