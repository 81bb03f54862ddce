"""The scorecard: every measure of every enabled model, and the recommendation that follows, as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from attribution_models.parallel import one_blas_thread
from attribution_models.policy import Policy
from attribution_models.registry import Model, enabled_models
from attribution_models.scorecard.measure import MEANINGS, Measure, table
from attribution_models.scorecard.prediction import log_loss_gain, rank_correlation
from attribution_models.scorecard.recommendation import Quality, Row, recommend
from attribution_models.scorecard.sensitivity import Trial, one_touch_less, one_touch_more, trial
from attribution_models.scorecard.shares import agreement, agreement_rows, partner_totals, quarter_stability
from attribution_models.scorecard.study import Study, as_scalar, given_shares, models_at_cut, study
from attribution_models.types import Floats

Card = Mapping[str, Mapping[str, Measure]]
"""Measures by model and name of the measure."""


@one_blas_thread
def scorecard(touches: pa.Table, journeys: pa.Table, quality: Sequence[Quality], policy: Policy) -> dict[str, pa.Table]:
    """The tables of ``measure.SCHEMAS``, by name.

    ``touches`` and ``journeys`` are the rows of ``int_touch`` and ``int_journey`` of the same deals, a deal's rows
    together; ``quality`` is what the learned models of the run say of themselves. Learned models are judged as they
    were at the cut, from a fit of their own. Overrides play no part: models are judged, not people.
    """
    data = study(touches, journeys, policy)
    if data is None or not data.credited.touches.deals:
        models = enabled_models(policy)
        card = {model.name: _silent("no decided deal earned credit") for model in models}
        return _tables(card, {}, recommend(None, models, card, quality, policy))
    judged = _judge(models_at_cut(data, policy), data, policy)
    card = {model.name: _measures(model, judged, policy) for model in judged.models}
    advice = recommend(data, judged.models, card, quality, policy)
    return _tables(card, judged.totals, advice, as_scalar(data.cut_at).as_py())


@dataclass(frozen=True, eq=False)
class Judged:
    """The models as they were at the cut, with the shares of deals (per pair) and totals (per partner) they give."""

    models: Sequence[Model]
    data: Study
    trial: Trial | None
    shares: dict[str, Floats]
    totals: dict[str, Floats]


def _judge(models: Sequence[Model], data: Study, policy: Policy) -> Judged:
    shares = {
        model.name: data.per_pair(given_shares(model, data.credited, policy))
        for model in models
        if model.reason is None
    }
    totals = {name: partner_totals(data, share * data.pair_amount) for name, share in shares.items()}
    giving = {name: total for name, total in totals.items() if total.sum() > 0}
    return Judged(models, data, trial(data.credited, policy), shares, giving)


def _measures(model: Model, judged: Judged, policy: Policy) -> dict[str, Measure]:
    if model.reason is not None:
        return _silent(f"it gives no credit: {model.reason}")
    if model.name not in judged.totals:
        return _silent("it gives no credit: no deal scores above zero")
    data, share = judged.data, judged.shares[model.name]
    return {
        "rank_correlation": rank_correlation(data, share, policy),
        "log_loss_gain": log_loss_gain(data, share, policy),
        "quarter_stability": quarter_stability(data, share * data.pair_amount, policy),
        **_sensitivity(model, judged.trial, policy),
        "agreement": agreement(model.name, judged.totals),
    }


def _sensitivity(model: Model, deals: Trial | None, policy: Policy) -> dict[str, Measure]:
    names = ("one_touch_less", "one_touch_more")
    if deals is None:
        return dict.fromkeys(names, Measure(deal_count=0, note="no credited deal has two touchpoints"))
    if not model.is_additive:
        return dict.fromkeys(names, Measure(note="each partner has the whole deal, whatever the others did"))
    return {
        "one_touch_less": one_touch_less(model, deals, policy),
        "one_touch_more": one_touch_more(model, deals, policy),
    }


def _silent(note: str) -> dict[str, Measure]:
    return dict.fromkeys(MEANINGS, Measure(note=note))


def _tables(card: Card, totals: dict[str, Floats], advice: Sequence[Row], cut_at: object = None) -> dict[str, pa.Table]:
    rows = [
        {"model": model, "measure": name, "meaning": MEANINGS[name], "cut_at": cut_at} | measure.as_row()
        for model, measures in card.items()
        for name, measure in measures.items()
    ]
    return {
        "model_scorecard": table("model_scorecard", rows),
        "model_agreement": table("model_agreement", agreement_rows(totals)),
        "model_recommendation": table("model_recommendation", advice),
    }
