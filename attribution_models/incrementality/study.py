"""The study: every outcome and arm that has data enough, with what would be lost without partners."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from attribution_models.incrementality.arms import OUTCOMES, Arm, Design, arms_of, design
from attribution_models.incrementality.balance import balances, overlap_share
from attribution_models.incrementality.deals import read
from attribution_models.incrementality.effect import Effect, estimate
from attribution_models.incrementality.sensitivity import (
    Omission,
    e_value_of,
    nearest_to_nothing,
    strongest,
    times_to_nothing,
)
from attribution_models.incrementality.tables import NOTES, SCHEMAS
from attribution_models.parallel import one_blas_thread
from attribution_models.policy_study import IncrementalityRules


@dataclass(frozen=True)
class Total:
    """All decided touched deals of an arm, also those beyond the sample: how many, and their amount in cents."""

    deals: int
    amount_cents: int


Row = dict[str, Any]
Key = tuple[str, str]


@one_blas_thread
def study(exposures: pa.Table, totals: Mapping[Key, Total], rules: IncrementalityRules) -> dict[str, pa.Table]:
    """The tables of ``SCHEMAS``, from rows of ``int_deal_exposure`` (``deals.COLUMNS``), each deal once.

    ``totals`` by dimension and arm; an arm that no deal of the sample has is in the result with its total and a reason.
    """
    deals = read(exposures)
    arms = arms_of(deals)
    arms += [Arm(*key) for key in sorted(totals) if Arm(*key) not in arms]
    rows: list[Row] = []
    balance: list[Row] = []
    for outcome in OUTCOMES:
        for row, differences in _outcome(design(outcome, deals, rules), arms, totals):
            rows.append(row)
            balance += differences
    return {
        "incrementality": pa.Table.from_pylist(rows, schema=SCHEMAS["incrementality"]),
        "incrementality_balance": pa.Table.from_pylist(balance, schema=SCHEMAS["incrementality_balance"]),
    }


def _outcome(plan: Design, arms: list[Arm], totals: Mapping[Key, Total]) -> Iterable[tuple[Row, list[Row]]]:
    """A row for each arm; what an omission does is measured once, on all touched deals, where chance does least."""
    strong = strongest_reason(plan)
    for arm in arms:
        total = totals.get((arm.dimension, arm.name), Total(0, 0))
        base: Row = {"outcome": plan.outcome, "dimension": arm.dimension, "arm": arm.name, "note": NOTES[plan.outcome]}
        base |= {"decided_deals": total.deals, "decided_amount_cents": total.amount_cents}
        touched, untouched = plan.sides(arm)
        base |= {"touched_deals": int(touched.sum()), "comparison_deals": int(untouched.sum())}
        reason = plan.too_little(arm)
        if reason:
            yield base | {"reason": reason}, []
            continue
        found, differences = _estimated(plan, arm, strong, total)
        if found["effective_comparison_deals"] < plan.rules.arm_deals:
            few = f"the touched deals resemble only {found['effective_comparison_deals']:.0f} deals without a partner"
            yield base | {"reason": few}, differences
            continue
        yield base | found, differences


def strongest_reason(plan: Design) -> Omission | None:
    """The recorded covariate that moves the effect on all touched deals furthest when it is left out."""
    everyone = Arm("all", "all")
    if plan.too_little(everyone):
        return None
    known = estimate(plan.comparison(everyone))
    groups = sorted(set(plan.known.groups))
    if len(groups) < 2:
        return None
    unknown = {group: estimate(plan.without(group).comparison(everyone)) for group in groups}
    return strongest(known, unknown)


def _estimated(plan: Design, arm: Arm, strong: Omission | None, total: Total) -> tuple[Row, list[Row]]:
    comparison = plan.comparison(arm)
    effect = estimate(comparison)
    differences = balances(comparison, plan.known)
    keys = {"outcome": plan.outcome, "dimension": arm.dimension, "arm": arm.name}
    row = _figures(effect, plan.outcome, plan.rules, strong)
    row |= {
        "effective_comparison_deals": effect.effective_untouched,
        "overlap_share": overlap_share(comparison),
        "imbalance_before": max(abs(one.before) for one in differences),
        "imbalance_after": max(abs(one.after) for one in differences),
    }
    if plan.outcome == "win_rate":
        row |= _lost(row, total)
    published = [
        keys
        | {"covariate_group": one.group, "covariate": one.covariate}
        | {"difference_before": one.before, "difference_after": one.after}
        for one in differences
    ]
    return row, published


def _figures(effect: Effect, outcome: str, rules: IncrementalityRules, strong: Omission | None) -> Row:
    """The effect as people read it: percentage points of a rate, else the relative change of a typical deal."""
    is_rate = outcome == "win_rate"
    chance = effect.half_width(rules.confidence)
    allowance = strong.moved if strong else 0.0
    times = getattr(rules.unseen_strength, outcome)
    wide = chance + times * allowance
    shown = (lambda value: value) if is_rate else math.expm1
    level = (lambda value: value) if is_rate else math.exp
    return {
        "with_partner": level(effect.touched_mean),
        "without_partner": level(effect.touched_mean - effect.difference),
        "effect": shown(effect.difference),
        "effect_low": shown(effect.difference - wide),
        "effect_high": shown(effect.difference + wide),
        "sampling_low": shown(effect.difference - chance),
        "sampling_high": shown(effect.difference + chance),
        "confidence": rules.confidence,
        "unseen_strength": times,
        "unseen_allowance": allowance,
        "times_to_nothing": times_to_nothing(effect.difference, chance, allowance),
        "e_value": e_value_of(effect, effect.difference, is_rate),
        "e_value_low": e_value_of(effect, nearest_to_nothing(effect.difference, chance), is_rate),
        "strongest_covariate": strong.covariate if strong else None,
    }


def _lost(row: Row, total: Total) -> Row:
    """What would not have been won without partners: the effect on the chance, times the deals and their amounts."""
    ends = {"": row["effect"], "_low": row["effect_low"], "_high": row["effect_high"]}
    deals = {f"lost_deals{end}": value * total.deals for end, value in ends.items()}
    money = {f"lost_amount{end}_cents": round(value * total.amount_cents) for end, value in ends.items()}
    return deals | money
