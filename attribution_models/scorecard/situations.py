"""The situations of a programme in which one model is the natural choice, and whether the data show them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from attribution_models.policy import Policy
from attribution_models.scorecard.study import Study


@dataclass(frozen=True)
class Situation:
    """``model`` fits a programme whose ``evidence`` is at ``threshold`` or above; ``why`` in one sentence."""

    name: str
    title: str
    evidence: str
    model: str
    why: str
    threshold: Callable[[Policy], float]
    measure: Callable[[Study], tuple[float, int]]
    say: Callable[[float], str]


def _single_touch(data: Study) -> tuple[float, int]:
    counts = data.credited.touches.counts
    return float((counts == 1).mean()), len(counts)


def _touchpoints(data: Study) -> tuple[float, int]:
    counts = data.credited.touches.counts
    return float(counts.mean()), len(counts)


def _cycle(data: Study) -> tuple[float, int]:
    days = data.cycle_days
    return (float(np.median(days)) if len(days) else float("nan")), len(days)


def _partner_types(data: Study) -> tuple[float, int]:
    kinds = data.credited.touches.categories["partner_type"]
    return float(sum(1 for code in np.unique(kinds.codes) if kinds.values[code])), data.credited.touches.deals


SITUATIONS = (
    Situation(
        name="simple_referral_programme",
        title="A simple referral programme",
        evidence="share of credited deals with a single touchpoint",
        model="first_touch",
        why="There is hardly anything to divide: who brought the deal is the question.",
        threshold=lambda policy: policy.scorecard.simple_programme_share,
        measure=_single_touch,
        say=lambda value: f"{value:.0%}",
    ),
    Situation(
        name="high_engagement",
        title="High engagement",
        evidence="mean touchpoints of a credited deal",
        model="position_based",
        why="Who opened and who closed stand out from the many touchpoints between, which still count.",
        threshold=lambda policy: policy.scorecard.high_engagement_touchpoints,
        measure=_touchpoints,
        say=lambda value: f"{value:.1f}",
    ),
    Situation(
        name="long_cycles",
        title="Long cycles",
        evidence="median days from creation to a win",
        model="time_decay",
        why="What happened long before the close says less about it.",
        threshold=lambda policy: policy.scorecard.long_cycle_days,
        measure=_cycle,
        say=lambda value: f"{value:.0f}",
    ),
    Situation(
        name="several_partner_types",
        title="Several partner types",
        evidence="partner types among the credited touchpoints",
        model="linear",
        why="No kind of partner is preferred for the moment at which it takes part.",
        threshold=lambda policy: float(policy.scorecard.several_partner_types),
        measure=_partner_types,
        say=lambda value: f"{value:.0f}",
    ),
)
"""In the order in which they decide: a situation before another makes it moot or is the more telling of the two."""
