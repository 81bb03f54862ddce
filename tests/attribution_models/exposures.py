"""Decided deals with a planted effect of partners, as rows of int_deal_exposure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from attribution_models.policy import load_policy

RULES = load_policy(Path(__file__).parents[2] / "config" / "policy.yaml").incrementality
CHANCE_ALONE = RULES.model_copy(update={"unseen_strength": RULES.unseen_strength.model_copy(update={"win_rate": 0.0})})
AS_OF = datetime(2026, 11, 1)  # noqa: DTZ001  the warehouse holds naive UTC times
CHANNELS = ("reseller: co_sell", "referral: sourced")


@dataclass(frozen=True)
class Planted:
    """``rows`` of int_deal_exposure, and ``effect``: what partners truly added to the chance of each touched deal."""

    rows: pa.Table
    effect: float


def planted(
    deals: int, seed: int, *, added: float = 0.0, picks: float = 0.0, hidden: float = 0.0, life_tells: bool = False
) -> Planted:
    """Deals of two segments. Enterprise deals win more often, and partners prefer them by ``picks`` (log odds).

    ``added``: what a partner adds to the chance of winning. ``hidden``: how strongly (log odds) a reason that no column
    holds drives both. With ``life_tells`` deals that are won live three times as long, so that more of them live to
    be touched: an effect seen there is not one.
    """
    rng = np.random.default_rng(seed)
    enterprise = rng.random(deals) < 0.5
    reason = rng.standard_normal(deals)
    alone = _logistic(-1.2 + 1.2 * enterprise + hidden * reason)
    draw = rng.random(deals)
    days = 60.0 * rng.lognormal(0.0, 0.4, deals) * np.where(life_tells & (draw < alone), 3.0, 1.0)
    log_odds = -1.6 + picks * enterprise + hidden * reason
    at_start = rng.random(deals) < (0.0 if life_tells else 0.5) * _logistic(log_odds)
    touch_day = np.where(at_start, 0.0, rng.exponential(150.0 * np.exp(-0.5 * (log_odds + 1.6))))
    touched = touch_day < days
    won = draw < np.where(touched, np.minimum(alone + added, 1.0), alone)
    lifted = np.minimum(alone + added, 1.0) - alone
    rows = _rows(rng, enterprise, days, np.where(touched, touch_day, np.nan), won)
    return Planted(rows, float(lifted[touched].mean()) if touched.any() else 0.0)


def _logistic(log_odds: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-log_odds))


def _rows(
    rng: np.random.Generator, enterprise: np.ndarray, days: np.ndarray, touch_day: np.ndarray, won: np.ndarray
) -> pa.Table:
    count = len(won)
    created = [AS_OF - timedelta(days=float(day)) for day in rng.uniform(400, 1_000, count)]
    closed = [start + timedelta(days=float(day)) for start, day in zip(created, days, strict=True)]
    channel = [CHANNELS[place] for place in rng.integers(0, len(CHANNELS), count)]
    touched = np.isfinite(touch_day)
    first = [start + timedelta(days=day) if day >= 0 else None for start, day in zip(created, touch_day, strict=True)]
    return pa.table(
        {
            "deal_id": [f"D{place:05}" for place in range(count)],
            "account_id": [f"A{place}" for place in rng.integers(0, count, count)],
            "outcome": np.where(won, "won", "lost"),
            "amount_cents": np.round(rng.lognormal(14, 0.5, count)).astype(np.int64),
            "deal_type": ["new_business"] * count,
            "segment": np.where(enterprise, "enterprise", "small"),
            "region": [("emea", "amer")[place] for place in rng.integers(0, 2, count)],
            "source": ["inbound"] * count,
            "created_at": pa.array(created, pa.timestamp("us")),
            "closed_at": pa.array(closed, pa.timestamp("us")),
            "as_of": pa.array([AS_OF] * count, pa.timestamp("us")),
            "won_before": np.zeros(count, dtype=np.int64),
            "lost_before": np.zeros(count, dtype=np.int64),
            "first_touch_at": pa.array(first, pa.timestamp("us")),
            "first_influence_type": _where(touched, [name.split(": ")[1] for name in channel]),
            "first_partner_type": _where(touched, [name.split(": ")[0] for name in channel]),
            "first_channel": _where(touched, channel),
        }
    )  # fmt: skip


def _where(touched: np.ndarray, names: list[str]) -> list[str | None]:
    return [name if is_touched else None for is_touched, name in zip(touched, names, strict=True)]
