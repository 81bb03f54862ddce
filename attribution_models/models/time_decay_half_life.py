"""A touchpoint loses half its weight with each half-life that lies between it and the close (Google Ads, Adobe)."""

import numpy as np

from attribution_models.policy import Policy
from attribution_models.types import Floats, Touches


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    return f"2^(-days before close / {policy.models.time_decay_half_life.half_life_days:g}), fractional days"


def score(touches: Touches, policy: Policy) -> Floats:
    """2^(-age / half-life), age counted from the deal's newest touchpoint.

    Taking the smallest age off changes no proportion, and keeps the newest at 1 where very old ones would all be 0.
    """
    newest = np.minimum.reduceat(touches.age_days, touches.starts)
    with np.errstate(over="ignore"):  # an age of countless half-lives is infinite, and its score 0
        half_lives = (touches.age_days - touches.spread(newest)) / policy.models.time_decay_half_life.half_life_days
    scores: Floats = np.exp2(-half_lives)
    return scores


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, what its place or facts made of its score, in words."""
    half_life = policy.models.time_decay_half_life.half_life_days
    newest = touches.spread(np.minimum.reduceat(touches.age_days, touches.starts))
    return [
        f"{age:.2f} days before the close, {age - least:.2f} more than the newest touchpoint; "
        f"half-life models.time_decay_half_life.half_life_days {half_life:g}"
        for age, least in zip(touches.age_days, newest, strict=True)
    ]
