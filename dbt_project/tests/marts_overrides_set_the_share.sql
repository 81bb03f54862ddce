{{ config(tags=['credits']) }}
-- Rule 12: in every model that gave credit, the partner of each override that stands on a won, eligible deal has that
-- share of the deal, to the cent; and a deal that is not won and eligible has no credit from it.
with
overrides as (
    select * from {{ ref('int_override') }}
),

models as (
    select model from {{ ref('mart_model') }}
    where gave_credit
),

expected as (
    select
        models.model,
        overrides.override_id,
        overrides.deal_id,
        overrides.partner_id,
        overrides.is_creditable,
        overrides.share,
        deals.amount
    from overrides
    inner join {{ ref('dim_deal') }} as deals on overrides.deal_id = deals.deal_id
    cross join models
)

select
    expected.model,
    expected.override_id,
    expected.share,
    expected.amount,
    credits.credit_amount
from expected
left join {{ ref('fct_partner_credit') }} as credits
    on
        expected.model = credits.model
        and expected.deal_id = credits.deal_id
        and expected.partner_id = credits.partner_id
where
    case
        when expected.is_creditable
            then {{ cents_apart('coalesce(credits.credit_amount, -1)', 'expected.share', 'expected.amount') }}
        else credits.credit_amount is not null
    end
