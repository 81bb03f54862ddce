"""Scores of the learned models as claims on a deal: no claim below zero, and no deal without one."""

from collections.abc import Sequence

import numpy as np

from attribution_models.types import Flags, Floats, Touches

NOISE_DECIMALS = 12  # what solving and summing leave beyond is noise, and noise must not decide a tie
_ENDINGS = ("", "; that claims nothing", "; nothing speaks for any touchpoint of the deal: all count 1")


def claims(touches: Touches, worth: Floats) -> Floats:
    """``worth`` per touchpoint, at least 0, rounded to 12 decimals; a deal without any worth is shared evenly.

    A full model divides each deal. Where it knows nothing that speaks for any touchpoint of a deal, they count alike.
    """
    scores = _at_least_nothing(worth)
    if len(scores) and scores.min() <= 0:
        scores[_is_shared_evenly(touches, scores)] = 1.0
    return scores


def told_claims(touches: Touches, worth: Floats, told: Sequence[str]) -> list[str]:
    """``told`` of the ``worth`` of each touchpoint, with what ``claims`` makes of it where the worth is no claim."""
    if not len(worth):
        return []
    scores = _at_least_nothing(worth)
    ending = np.where(_is_shared_evenly(touches, scores), 2, scores <= 0)
    return [words + _ENDINGS[place] for words, place in zip(told, ending.tolist(), strict=True)]


def _at_least_nothing(worth: Floats) -> Floats:
    scores: Floats = np.maximum(worth, 0.0).round(NOISE_DECIMALS)
    return scores


def _is_shared_evenly(touches: Touches, scores: Floats) -> Flags:
    """Per touchpoint, whether no touchpoint of its deal claims anything."""
    return touches.spread(touches.sums(scores) <= 0)
