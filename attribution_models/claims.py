"""Scores of the learned models as claims on a deal: no claim below zero, and no deal without one."""

import numpy as np

from attribution_models.types import Floats, Touches

NOISE_DECIMALS = 12  # what solving and summing leave beyond is noise, and noise must not decide a tie


def claims(touches: Touches, worth: Floats) -> Floats:
    """``worth`` per touchpoint, at least 0, rounded to 12 decimals; a deal without any worth is shared evenly.

    A full model divides each deal. Where it knows nothing that speaks for any touchpoint of a deal, they count alike.
    """
    scores: Floats = np.maximum(worth, 0.0).round(NOISE_DECIMALS)
    if len(scores) and scores.min() <= 0:
        nothing = touches.sums(scores) <= 0
        scores[touches.spread(nothing)] = 1.0
    return scores
