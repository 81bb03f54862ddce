"""What the programme is measured against, quarter by quarter, from the start of the data to the quarter after now."""

import numpy as np

from sandbox.simulator.outcome import WON
from sandbox.simulator.setting import Setting
from sandbox.simulator.table import DAY, Table

# Shares and ratios as SPEC 7 has them; the last is money and grows with the business.
METRICS = (
    "partner_involved_share",
    "sourced_share",
    "win_rate_lift",
    "tagged_share",
    "programme_roi",
    "signal_coverage_share",
    "category_agreement_share",
    "hours_to_attribution",
    "pipeline_coverage",
    "partner_activation_share",
    "revenue",
)
_VALUES = np.array([0.35, 0.15, 0.10, 1.0, 5.0, 0.80, 0.90, 12.0, 3.0, 0.60])
_REVENUE_AMBITION = 1.08  # of what was won in the same quarter


def simulate_targets(setting: Setting, deals: Table) -> Table:
    """One row per metric and quarter: metric (row of METRICS), first and last day (days since 1970), value."""
    starts = _quarter_starts(setting)
    ends = np.append(starts[1:], _quarter_after(starts[-1])) - 1
    revenue = np.array([_won(deals, first, last) for first, last in zip(starts, ends, strict=True)])
    full_quarters = revenue[:-2] if len(revenue) > 2 else revenue
    revenue[-1] = max(revenue[-1], full_quarters[-4:].mean())
    ambitions = np.round(np.maximum(revenue, 10_000.0) * _REVENUE_AMBITION, -4)
    values = np.column_stack([np.tile(_VALUES, (len(starts), 1)), ambitions])
    quarter, metric = np.divmod(np.arange(values.size), len(METRICS))
    return {
        "metric": metric,
        "start": starts[quarter],
        "end": ends[quarter],
        "value": values[quarter, metric],
    }


def _quarter_starts(setting: Setting) -> np.ndarray:
    days = np.arange(setting.span.start, setting.span.stop + 1).astype("datetime64[D]")
    quarters = np.unique(days.astype("datetime64[M]").astype(int) // 3)
    return (quarters * 3).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _quarter_after(start: int) -> int:
    month = np.int64(start).astype("datetime64[D]").astype("datetime64[M]") + 3
    return int(month.astype("datetime64[D]").astype(np.int64))


def _won(deals: Table, first: int, last: int) -> float:
    days = deals["close"] // DAY
    is_in = (deals["status"] == WON) & (days >= first) & (days <= last)
    return float(deals["amount_usd"][is_in].sum())
