"""After credits: was every deal that earns credit divided by every model, to the cent, and no other deal?

The credits are read once, into sums per model and deal; the checks look at those.
"""

import duckdb

from attribution_models.policy import Policy
from quality.checks import Check, none_of

_SUMMARY = """
    create or replace temp table quality_credit as
    select
        model, deal_id,
        sum(credit_cents) as cents,
        count(*) as touches,
        sum(cast(hash(touchpoint_id, partner_id) as hugeint)) as fingerprint,
        min(credit_cents) as lowest,
        count(*) filter (
            where not coalesce(isfinite(score) and isfinite(share) and score >= 0 and share >= 0, false)
                or remainder_cents is null or remainder_cents not in (0, 1)
        ) as unsound
    from engine.touchpoint_credit
    group by model, deal_id
"""
_EARNING = """
    create or replace temp table quality_earning as
    select
        deal_id,
        count(*) as touches,
        sum(cast(hash(touchpoint_id, partner_id) as hugeint)) as fingerprint
    from intermediate.int_touch_creditable
    group by deal_id
"""
_OVERRIDDEN = """
    create or replace temp table quality_override as
    select
        deal_id, partner_id, exact_share, leaves_unallocated,
        sum(exact_share) over (partition by deal_id) as deal_share
    from intermediate.int_override
    where is_creditable
"""
_GAVE = "(select model, is_full, is_additive from engine.model_run where gave_credit)"
_WHOM = "credit.model || ', deal ' || credit.deal_id"


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Sum up the credits, the touchpoints that earn and the overrides, as temporary tables of this connection."""
    con.execute(_SUMMARY)
    con.execute(_EARNING)
    con.execute(_OVERRIDDEN)


def checks(policy: Policy) -> list[Check]:
    """All checks of this gate."""
    return [*_coverage(policy), *_sums(), *_overrides(), *_soundness()]


def _coverage(policy: Policy) -> list[Check]:
    enabled = ", ".join(f"'{model}'" for model in policy.models.enabled)
    return [
        Check(
            "credits_there",
            "There are credits.",
            "Deals with touchpoints earn credit, but there is not one credit.",
            """
            select case when (select count(*) from quality_earning) > 0 then (select count(*) from quality_credit) end
            """,
            minimum=1,
            nothing="No won, eligible deal has an eligible touchpoint: there is nothing to divide.",
        ),
        none_of(
            "models_ran",
            "Every model of the policy ran.",
            "A model that the policy enables did not run.",
            f"select unnest([{enabled}]) except select model from engine.model_run",
        ),
        none_of(
            "models_enabled",
            "No other model ran.",
            "There are credits of a model that the policy does not enable.",
            f"select distinct model from quality_credit where model not in ({enabled})",
        ),
        Check(
            "primary_model_gave_credit",
            "The primary model gave credit.",
            f"The primary model {policy.primary_model} gave no credit: the headline has no amounts by partner.",
            f"select count(*) from engine.model_run where model = '{policy.primary_model}' and gave_credit",
            minimum=1,
            blocking=False,
        ),
        none_of(
            "deals_covered",
            "Every model divided every deal that earns credit.",
            "A model left out a deal that earns credit.",
            f"""
            select run.model || ', deal ' || earning.deal_id
            from quality_earning as earning cross join {_GAVE} as run
            anti join quality_credit as credit on credit.deal_id = earning.deal_id and credit.model = run.model
            """,
        ),
        none_of(
            "touchpoints_covered",
            "Every model has each touchpoint of a deal once, with its partner.",
            "A touchpoint is missing, doubled or foreign in a model's credits.",
            f"""
            select {_WHOM} from quality_credit as credit inner join quality_earning as earning using (deal_id)
            where credit.touches <> earning.touches or credit.fingerprint <> earning.fingerprint
            """,
        ),
        none_of(
            "only_eligible_deals",
            "Only won, eligible deals with touchpoints have credit.",
            "There is credit on a deal that is not won, not eligible, or has no touchpoint.",
            f"""
            select {_WHOM} from quality_credit as credit
            left join (select deal_id from intermediate.int_deal where status = 'won' and is_eligible) as deal
                using (deal_id)
            left join quality_earning as earning using (deal_id)
            where deal.deal_id is null or earning.deal_id is null
            """,
        ),
    ]


def _sums() -> list[Check]:
    summed = f"""
        quality_credit as credit
        inner join intermediate.int_deal as deal using (deal_id)
        inner join {_GAVE} as run using (model)
    """
    whom = f"{_WHOM} || ': ' || cents || ' of ' || deal.amount_cents || ' cents'"
    return [
        none_of(
            "full_models_sum_to_the_deal",
            "Each full model's credits sum to the deal's amount, to the cent.",
            "A full model's credits do not sum to the deal's amount.",
            f"""
            select {whom} from {summed} where run.is_full and cents is distinct from deal.amount_cents
                and deal_id not in (select deal_id from quality_override where leaves_unallocated)
            """,
        ),
        none_of(
            "no_model_gives_too_much",
            "No additive model gives out more than the deal's amount.",
            "A model gives out more than the deal's amount.",
            f"select {whom} from {summed} where run.is_additive and cents > deal.amount_cents",
        ),
    ]


def _overrides() -> list[Check]:
    apart = "abs({} - {} * deal.amount_cents) >= 1.000001"  # a whole cent: more than rounding
    return [
        none_of(
            "overrides_applied",
            "Every partner with an approved override has its share of the deal in every model, to the cent.",
            "A model gave a partner another share than the one that an approved override sets.",
            f"""
            select run.model || ', deal ' || override.deal_id || ', partner ' || override.partner_id
            from quality_override as override
            cross join {_GAVE} as run
            inner join intermediate.int_deal as deal on override.deal_id = deal.deal_id
            left join engine.touchpoint_credit as credit on credit.model = run.model
                and credit.deal_id = override.deal_id and credit.partner_id = override.partner_id
            group by run.model, override.deal_id, override.partner_id, override.exact_share, deal.amount_cents
            having {apart.format("coalesce(sum(credit.credit_cents), -1)", "override.exact_share::double")}
            """,
        ),
        none_of(
            "what_nobody_takes_stays",
            "What overrides leave to nobody is given to nobody.",
            "Credits of a deal differ from the shares that its overrides set, though it has no other partner.",
            f"""
            select {_WHOM} from quality_credit as credit
            inner join {_GAVE} as run using (model)
            inner join intermediate.int_deal as deal using (deal_id)
            inner join (select distinct deal_id, deal_share from quality_override where leaves_unallocated) as override
                using (deal_id)
            where {apart.format("cents", "override.deal_share::double")}
            """,
        ),
    ]


def _soundness() -> list[Check]:
    return [
        none_of(
            "no_negative_credit",
            "No credit is below zero.",
            "There is a credit below zero, or without a value.",
            f"select {_WHOM} from quality_credit as credit where coalesce(lowest, -1) < 0",
        ),
        none_of(
            "numbers_sound",
            "Every score and share is a number of at least 0, every spare cent 0 or 1.",
            "A score, share or spare cent is not a number in its range.",
            f"select {_WHOM} from quality_credit as credit where unsound > 0",
        ),
    ]
