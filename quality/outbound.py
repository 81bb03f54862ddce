"""Before writing back: is what the CRM is about to be told unique, filled, within its fields, and may it be summed?"""

from attribution_models.policy import Policy
from quality.checks import Check, none_of

SYNC = "marts.marts.sync_deal"
SUMMARIES = ("sync_partner_influence", "sync_tier_influence", "sync_influence_type")
LENGTHS: dict[str, dict[str, int]] = {
    "sync_deal": {
        "Influencing_Partners__c": 255,
        "Primary_Influence_Type__c": 255,
        "Attribution_Model__c": 80,
        "Deal_Category__c": 255,
        "Partner_Contribution__c": 32_000,
    },
    "sync_partner_influence": {"External_Key__c": 255, "Period_Label__c": 40, "Model__c": 80},
    "sync_tier_influence": {"External_Key__c": 255, "Period_Label__c": 40, "Model__c": 80, "Tier__c": 40},
    "sync_influence_type": {"External_Key__c": 255, "Period_Label__c": 40, "Model__c": 80, "Influence_Type__c": 40},
}
"""Characters that the CRM's text fields hold."""

RATES = {
    "sync_partner_influence": ("Win_Rate__c", "Roi__c"),
    "sync_tier_influence": ("Pct_Of_Influenced__c",),
    "sync_influence_type": ("Pct_Of_Influenced__c",),
}
"""The floating-point columns of each summary."""

_AMOUNT = '"Partner_Attributed_Amount__c"'


def checks(policy: Policy) -> list[Check]:
    """All checks of this gate."""
    return [
        *_deals(policy),
        *_amounts(policy),
        *(check for mart in SUMMARIES for check in _summary(mart, policy)),
        _texts(),
    ]


def _deals(policy: Policy) -> list[Check]:
    return [
        Check(
            "deals_to_tell",
            "There are deals to tell the CRM of.",
            "There are eligible deals, but none in sync_deal.",
            f"""
            select case when (select count(*) from marts.marts.dim_deal where is_eligible) > 0
                then (select count(*) from {SYNC}) end
            """,
            minimum=1,
            nothing="No deal is eligible: there is nothing to write.",
        ),
        none_of(
            "deal_keys_unique",
            "Every deal is there once.",
            "A deal is there twice, or without an id.",
            f"select coalesce(deal_id, 'no id') from {SYNC} group by deal_id having count(*) > 1 or deal_id is null",
        ),
        none_of(
            "only_live_deals",
            "Only eligible deals that the CRM still holds are written.",
            "A deal would be written that is not eligible or was deleted.",
            f"""
            select sync.deal_id from {SYNC} as sync
            left join marts.marts.dim_deal as deal using (deal_id)
            left join (select deal_id from landed.deals where not _is_deleted group by deal_id) as live using (deal_id)
            where not coalesce(deal.is_eligible, false) or live.deal_id is null
            """,
        ),
        none_of(
            "deal_fields_filled",
            "Every deal says whether partners influenced it, and its category agrees.",
            "A deal has no category, or one that contradicts Partner_Influenced__c.",
            f"""
            select deal_id from {SYNC} where not coalesce(
                "Deal_Category__c" in ('sourced', 'influenced', 'direct')
                and "Partner_Influenced__c" = ("Deal_Category__c" <> 'direct'), false)
            """,
        ),
        none_of(
            "credited_deals_filled",
            "Every deal with credit names its partners, their first, its model and what they did.",
            "A deal with credit lacks a partner, the model or the words that explain it.",
            f"""
            select deal_id from {SYNC} where {_AMOUNT} > 0 and (
                "Influencing_Partners__c" is null or "Primary_Partner__c" is null or "Partner_Contribution__c" is null
                or "Primary_Influence_Type__c" is null
                or "Attribution_Model__c" is distinct from '{policy.primary_model}')
            """,
        ),
        none_of(
            "partners_known",
            "Every partner that a deal points to is known.",
            "A deal points to a partner that does not exist.",
            f"""
            select deal_id from {SYNC} where "Primary_Partner__c" is not null
                and "Primary_Partner__c" not in (select partner_id from marts.marts.dim_partner)
            """,
        ),
    ]


def _amounts(policy: Policy) -> list[Check]:
    additive = f"(select is_additive from engine.model_run where model = '{policy.primary_model}')"
    return [
        none_of(
            "amounts_in_range",
            "No amount is below zero or above its deal.",
            "A deal's partner amount is below zero or above the deal.",
            f"""
            select sync.deal_id from {SYNC} as sync inner join marts.marts.dim_deal as deal using (deal_id)
            where {_AMOUNT} < 0 or {_AMOUNT} > deal.amount
            """,
        ),
        Check(
            "amounts_sum_to_credits",
            "The amounts written sum to the credits published.",
            "The amounts that would be written differ from the published credits (difference in money).",
            f"""
            select case when {additive} then abs(
                coalesce((select sum({_AMOUNT}) from {SYNC}), 0)
                - coalesce((select sum(credit_amount) from marts.marts.fct_partner_credit
                    where model = '{policy.primary_model}'), 0)) end
            """,
            maximum=0,
            nothing="The primary model may be in no sum: no amount is written.",
        ),
        none_of(
            "nothing_that_may_not_be_summed",
            "Every amount comes from a model whose credits may be summed.",
            "Amounts of a model that may be in no sum would be written.",
            f"""
            select deal_id from {SYNC} where {_AMOUNT} is not null and not coalesce({additive}, false)
            union all
            {
                " union all ".join(
                    f'''
            select '{mart} ' || "Model__c" from marts.marts.{mart} as mart
            where "Model__c" not in (select model from engine.model_run where is_additive)
            group by all'''
                    for mart in SUMMARIES
                )
            }
            """,
        ),
    ]


def _summary(mart: str, policy: Policy) -> list[Check]:
    table = f"marts.marts.{mart}"
    return [
        none_of(
            f"{mart}_keys",
            f"Every row of {mart} has a key of its own.",
            f"A key of {mart} is missing or there twice.",
            f"""
            select coalesce("External_Key__c", 'no key') from {table}
            group by "External_Key__c" having count(*) > 1 or "External_Key__c" is null
            """,
        ),
        none_of(
            f"{mart}_filled",
            f"Every row of {mart} has its period, the primary model and an amount.",
            f"A row of {mart} lacks its period or amount, or is of another model than the primary.",
            f"""
            select "External_Key__c" from {table} where not coalesce(
                "Period_Start__c" is not null and "Period_Grain__c" in ('quarter', 'year')
                and "Model__c" = '{policy.primary_model}' and "Credit_Amount__c" >= 0, false)
            """,
        ),
        none_of(
            f"{mart}_numbers",
            f"Every rate of {mart} is a number.",
            f"A rate of {mart} is NaN or infinite: the CRM would refuse the row.",
            " union all ".join(
                f"""select "External_Key__c" from {table} where not isfinite("{rate}")""" for rate in RATES[mart]
            ),
        ),
    ]


def _texts() -> Check:
    too_long = " union all ".join(
        f"""
        select '{mart}.{field}: ' || max(length("{field}")) from marts.marts.{mart}
        having max(length("{field}")) > {limit}
        """
        for mart, fields in LENGTHS.items()
        for field, limit in fields.items()
    )
    return none_of("texts_fit", "Every text fits its field.", "A text is longer than its field in the CRM.", too_long)
