"""One measured thing about one model, how sure it is, and the tables that the scorecard publishes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import pyarrow as pa

from attribution_models.policy import Policy
from attribution_models.types import Floats

MEANINGS = {
    "rank_correlation": (
        "Rank correlation over partners: wins credited to a partner per decided deal that it touched, up to the cut, "
        "against its win rate after the cut. 1 is the same order, 0 none."
    ),
    "log_loss_gain": (
        "How much better deals after the cut are predicted by the credit that their partners had before than by the "
        "base rate: log-loss of the base rate less that of the prediction, in nats a deal. Above 0 is better."
    ),
    "quarter_stability": (
        "Share of the credit that stays with the same partners from one quarter to the next, mean over the quarters."
    ),
    "one_touch_less": (
        "A touchpoint goes missing: of the deal's money, the share that the touchpoints that are left divide otherwise "
        "among themselves than they did before. 0: each keeps its proportion."
    ),
    "one_touch_more": "A touchpoint is logged twice: the share of the deal's money that goes to another partner by it.",
    "agreement": "Share of all credit that another model would give to the same partners, mean over the other models.",
}
"""What each measure says, in words."""

_TYPES: dict[str, dict[str, pa.DataType]] = {
    "model_scorecard": {
        "model": pa.string(),
        "measure": pa.string(),
        "value": pa.float64(),
        "value_low": pa.float64(),
        "value_high": pa.float64(),
        "partner_count": pa.int64(),
        "deal_count": pa.int64(),
        "quarter_count": pa.int64(),
        "is_small_sample": pa.bool_(),
        "note": pa.string(),
        "meaning": pa.string(),
        "cut_at": pa.timestamp("us"),
    },
    "model_agreement": {
        "model": pa.string(),
        "other_model": pa.string(),
        "overlap": pa.float64(),
        "partner_count": pa.int64(),
    },
    "model_recommendation": {
        "situation": pa.string(),
        "precedence": pa.int32(),
        "holds": pa.bool_(),
        "evidence": pa.string(),
        "evidence_value": pa.float64(),
        "threshold": pa.float64(),
        "deal_count": pa.int64(),
        "model": pa.string(),
        "is_available": pa.bool_(),
        "scorecard_view": pa.string(),
        "text": pa.string(),
    },
}
SCHEMAS = {name: pa.schema(types) for name, types in _TYPES.items()}


@dataclass(frozen=True)
class Measure:
    """``value`` with its 95 % bootstrap interval; None, with a ``note`` that says why, where there is too little data.

    The counts say what it rests on; ``is_small_sample`` marks a value that rests on little.
    """

    value: float | None = None
    value_low: float | None = None
    value_high: float | None = None
    partner_count: int | None = None
    deal_count: int | None = None
    quarter_count: int | None = None
    is_small_sample: bool = False
    note: str | None = None

    def as_row(self) -> dict[str, object]:
        return asdict(self)

    def with_interval(self, interval: tuple[float, float] | None) -> "Measure":
        low, high = interval or (None, None)
        return replace(self, value_low=low, value_high=high)


Statistic = Callable[[Floats], Floats]
"""From resamples (resample x row x column) to one number for each."""


def bootstrap(rows: Floats, statistic: Statistic, policy: Policy) -> tuple[float, float] | None:
    """The 95 % percentile interval of ``statistic`` over resamples of ``rows``; None where it is never defined.

    Rows are put in the order of their values first, so that neither their order nor anyone's name changes the interval.
    """
    rows = rows[np.lexsort(rows.T)]
    rules = policy.models.learned
    rng = np.random.default_rng(rules.seed)
    values = [
        float(statistic(rows[np.newaxis, rng.integers(0, len(rows), len(rows))])[0])
        for _ in range(rules.bootstrap_samples)
    ]
    known = [value for value in values if np.isfinite(value)]
    if not known:
        return None
    low, high = np.quantile(known, (0.025, 0.975))
    return float(low), float(high)


def mean_measure(values: Floats, policy: Policy) -> Measure:
    """The mean of ``values`` with its interval; the caller says what the values count."""
    interval = bootstrap(values[:, np.newaxis], lambda rows: rows[:, :, 0].mean(axis=1), policy)
    return Measure(value=float(values.mean())).with_interval(interval if len(values) > 1 else None)


def table(name: str, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], schema=SCHEMAS[name])
