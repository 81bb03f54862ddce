"""Estimated effects of partner involvement for the small programmes that the report is tested on."""

from typing import Any

Row = dict[str, Any]
FIGURES = ("effect", "effect_low", "sampling_low", "sampling_high", "effect_high", "with_partner", "without_partner")


def effects() -> list[Row]:
    """All partners on each outcome, one channel with a number, and one with the reason why there is none."""
    rate = _row("win_rate", "all", "all", (0.1234, 0.021, 0.0512, 0.1956, 0.2258, 0.4334, 0.31))
    rate |= {"lost_deals": 24.7, "lost_amount": 123_456.78, "lost_amount_low": 21_009.5, "lost_amount_high": 225_904.06}
    rate |= {"strongest_covariate": "deal type", "e_value": 2.26, "imbalance_after": 0.17}
    channel = _row("win_rate", "channel", "reseller: co_sell", (0.08, -0.05, -0.02, 0.18, 0.21, 0.39, 0.31))
    silent = _counts("win_rate", "channel", "agency: services") | {"reason": "7 touched deals are fewer than the 50"}
    size = _row("deal_size", "all", "all", (-0.031, -0.09, -0.09, 0.028, 0.028, 20_000.0, 20_640.0))
    cycle = _counts("cycle", "all", "all") | {"reason": "12 touched deals are fewer than the 50"}
    return [rate, channel, silent, size, cycle]


def _counts(outcome: str, dimension: str, arm: str) -> Row:
    counts = {"touched_deals": 200, "comparison_deals": 800, "decided_deals": 200, "decided_amount": 1_000_461.0}
    return {"outcome": outcome, "dimension": dimension, "arm": arm, "note": f"It can't say all of {outcome}."} | counts


def _row(outcome: str, dimension: str, arm: str, figures: tuple[float, ...]) -> Row:
    row = _counts(outcome, dimension, arm) | dict(zip(FIGURES, figures, strict=True))
    row |= {"confidence": 0.95, "unseen_strength": 1.0, "overlap_share": 0.987, "e_value": 1.4}
    return row | {"imbalance_before": 0.5, "imbalance_after": 0.05}
