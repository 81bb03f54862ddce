"""Which model to make the primary one, and why, in plain words. It advises: nobody but RevOps changes the policy.

Order of precedence, the first that holds decides: a simple referral programme (there is nothing to divide or to learn),
a learned model that predicts later deals better than the base rate, high engagement, long cycles, several partner
types. Where none holds, the policy's primary model stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from attribution_models.policy import Policy
from attribution_models.registry import Model
from attribution_models.scorecard.measure import Measure
from attribution_models.scorecard.situations import SITUATIONS, Situation
from attribution_models.scorecard.study import Study

BOARD, LEARNED, PRIMARY = "board", "learned_model", "primary"
_BOARD_MODEL = "first_touch"
_LEARNED_TITLE = "A learned model that predicts"
_LEARNED_EVIDENCE = "log-loss gain over the base rate, on later deals"


@dataclass(frozen=True)
class Quality:
    """What a learned model says of its own predictions on later deals: ``value`` beside that of the base rate."""

    model: str
    measure: str
    value: float
    base_value: float
    deal_count: int


Row = dict[str, object]


def recommend(
    data: Study | None,
    models: Sequence[Model],
    card: Mapping[str, Mapping[str, Measure]],
    quality: Sequence[Quality],
    policy: Policy,
) -> list[Row]:
    """One row for each situation, in the order of precedence, then the board's, then the recommendation."""
    available = [model.name for model in models if model.reason is None]
    first, *others = [_situation(situation, data, policy) for situation in SITUATIONS]
    learned = _learned([one for one in quality if one.model in available])
    deciding = [first, learned, *others]
    for place, row in enumerate(deciding, start=1):
        row["precedence"] = place
    rows = [*deciding, _board()]
    rows.append(_primary(deciding, available, policy))
    for row in rows:
        row["is_available"] = row["model"] in available
        row["scorecard_view"] = view(str(row["model"]), card) if row["model"] else None
    return rows


def _situation(situation: Situation, data: Study | None, policy: Policy) -> Row:
    threshold = situation.threshold(policy)
    value, deals = situation.measure(data) if data else (float("nan"), 0)
    is_known = bool(np.isfinite(value))
    holds = is_known and value >= threshold
    return {
        "situation": situation.name,
        "holds": holds if is_known else None,
        "evidence": situation.evidence,
        "evidence_value": value if is_known else None,
        "threshold": threshold,
        "deal_count": deals,
        "model": situation.model,
        "text": _words(situation, value, threshold, holds) if is_known else f"{situation.title}: there are no data.",
    }


def _words(situation: Situation, value: float, threshold: float, holds: bool) -> str:
    found = f"{situation.evidence}: {situation.say(value)}, where the policy asks for {situation.say(threshold)}"
    return f"{situation.title}: {found}. {situation.why if holds else 'So it does not hold.'}"


def _learned(quality: Sequence[Quality]) -> Row:
    """The learned model with the largest gain in log-loss on later deals; its ranking (AUC) must be better as well."""
    gains = {one.model: one.base_value - one.value for one in quality if one.measure == "log_loss"}
    deals = {one.model: one.deal_count for one in quality if one.measure == "log_loss"}
    ranks = {one.model: one.value - one.base_value for one in quality if one.measure == "auc"}
    row: Row = {"situation": LEARNED, "evidence": _LEARNED_EVIDENCE, "threshold": 0.0}
    if not gains:
        text = f"{_LEARNED_TITLE}: none says how well it predicts deals that it did not learn from."
        return row | {"holds": None, "model": None, "text": text}
    # Of equal gains the name decides, so that the order in which models are listed does not.
    best = max(gains, key=lambda model: (gains[model] > 0 and ranks.get(model, 0.0) > 0, gains[model], model))
    holds = gains[best] > 0 and ranks.get(best, 0.0) > 0
    found = f"{_LEARNED_EVIDENCE}: {gains[best]:+.4f} a deal on {deals[best]:,} deals"
    why = (
        "It learned from won and lost deals what each kind of touchpoint adds, and that held on deals it had not seen."
        if holds
        else "None predicts deals that it had not seen better than the base rate, in probability and in order."
    )
    facts = {"holds": holds, "evidence_value": gains[best], "deal_count": deals[best], "model": best}
    return row | facts | {"text": f"{_LEARNED_TITLE}: {found}. {why}"}


def _board() -> Row:
    return {
        "situation": BOARD,
        "holds": True,
        "model": _BOARD_MODEL,
        "text": "For a board: first touch says who brings business, and the influenced share of revenue says how far "
        "the programme reaches. Both are explained in one sentence.",
    }


def _primary(deciding: Sequence[Row], available: Sequence[str], policy: Policy) -> Row:
    """The first that holds and whose model is there; else the primary model of the policy."""
    holding = [row for row in deciding if row["holds"]]
    chosen = next((row for row in holding if row["model"] in available), None)
    if chosen is None:
        text = "No situation singles out a model that gave credit: the policy's primary model stays."
        return {"situation": PRIMARY, "holds": True, "model": policy.primary_model, "text": text}
    place = holding.index(chosen)
    lines = [str(chosen["text"])]
    if place:
        lines.append(f"Passed over, because its model gave no credit: {_listed(holding[:place])}.")
    if holding[place + 1 :]:
        lines.append(f"Holds too, and comes after it: {_listed(holding[place + 1 :])}.")
    facts = {name: chosen.get(name) for name in ("evidence", "evidence_value", "threshold", "deal_count", "model")}
    return {"situation": PRIMARY, "holds": True, "text": " ".join(lines)} | facts


def _listed(rows: Sequence[Row]) -> str:
    return ", ".join(str(row["situation"]).replace("_", " ") for row in rows)


def view(model: str, card: Mapping[str, Mapping[str, Measure]]) -> str:
    """What the scorecard found of ``model``, in one line."""
    if model not in card:
        return "not among the enabled models"
    found = card[model]
    if all(measure.value is None for measure in found.values()):
        return f"not judged: {found['rank_correlation'].note}"
    return "; ".join(
        [
            _part("rank correlation with later wins", found["rank_correlation"], "{:.2f}"),
            _part("log-loss gain on later deals", found["log_loss_gain"], "{:+.4f}"),
            _part("stays with the same partners from quarter to quarter", found["quarter_stability"], "{:.0%}"),
            _part("agrees with the other models", found["agreement"], "{:.0%}"),
        ]
    )


def _part(words: str, measure: Measure, form: str) -> str:
    if measure.value is None:
        return f"{words}: not known ({measure.note})"
    text = f"{words}: {form.format(measure.value)}"
    if measure.value_low is not None and measure.value_high is not None:
        text += f" ({form.format(measure.value_low)} to {form.format(measure.value_high)})"
    return text + (", a small sample" if measure.is_small_sample else "")
