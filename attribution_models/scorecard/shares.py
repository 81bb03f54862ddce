"""How partners' shares of the credit move from quarter to quarter, and how far models agree on them."""

import numpy as np

from attribution_models.policy import Policy
from attribution_models.scorecard.measure import Measure, mean_measure
from attribution_models.scorecard.study import Study
from attribution_models.types import Floats


def overlap(first: Floats, second: Floats) -> float:
    """The part of one whole that goes to the same partners in both: 1 less the total variation of the shares."""
    return float(1 - np.abs(first / first.sum() - second / second.sum()).sum() / 2)


def partner_totals(data: Study, money: Floats) -> Floats:
    """Per partner, the credit over all deals; ``money``: per pair."""
    return np.bincount(data.pair_partner, weights=money, minlength=data.partners).astype(np.float64)


def quarter_stability(data: Study, money: Floats, policy: Policy) -> Measure:
    """Mean overlap of the partners' shares in a quarter and the next one, over quarters with deals enough on both."""
    fewest = policy.data_quality.small_sample_deals
    quarter = data.quarter[data.pair_deal]
    totals: dict[int, Floats] = {}
    deals = 0
    for one in np.unique(quarter):
        rows = (quarter == one) & (money != 0)
        count = len(np.unique(data.pair_deal[rows]))
        if count >= fewest:
            totals[int(one)] = partner_totals(data, np.where(rows, money, 0.0))
            deals += count
    steps = [overlap(totals[one], totals[one + 1]) for one in totals if one + 1 in totals]
    if not steps:
        note = f"no two quarters in a row have {fewest} credited deals each"
        return Measure(deal_count=deals, quarter_count=len(totals), note=note)
    measured = mean_measure(np.array(steps), policy)
    return Measure(
        measured.value,
        measured.value_low,
        measured.value_high,
        partner_count=int(np.count_nonzero(sum(totals.values()))),
        deal_count=deals,
        quarter_count=len(totals),
        is_small_sample=len(steps) < policy.scorecard.few_quarters,
    )


def agreement(model: str, totals: dict[str, Floats]) -> Measure:
    """The mean overlap of ``model`` with the other models; ``totals``: by model, per partner."""
    others = [overlap(totals[model], total) for name, total in totals.items() if name != model]
    partners = int(np.count_nonzero(totals[model]))
    if not others:
        return Measure(partner_count=partners, note="no other model gave credit")
    return Measure(value=float(np.mean(others)), partner_count=partners)


def agreement_rows(totals: dict[str, Floats]) -> list[dict[str, object]]:
    """One row for each two different models, both ways round."""
    return [
        {
            "model": one,
            "other_model": other,
            "overlap": overlap(totals[one], totals[other]),
            "partner_count": int(np.count_nonzero(totals[one] + totals[other])),
        }
        for one in totals
        for other in totals
        if one != other
    ]
