"""How sure a learned number is: deals fall into groups by their key, and groups are drawn again with replacement.

Groups keep evidence small (a sum for each group, not a row for each deal), so a resample costs one product of matrices
and never another pass over touchpoints. A deal's group is a matter of its key alone: neither names nor the order of
rows change an interval.
"""

import numpy as np
import numpy.typing as npt

from attribution_models.policy_models import LearnedRules
from attribution_models.types import Floats, Ints

GROUPS = 100
"""Groups that are resampled: enough for a percentile at 2.5, few enough for evidence to stay small."""

_ENDS = (2.5, 97.5)


def groups_of(key: npt.NDArray[np.uint64]) -> Ints:
    """The group, 0 to ``GROUPS`` - 1, of each deal."""
    return (key % np.uint64(GROUPS)).astype(np.int64)


def resampled_weights(rules: LearnedRules) -> Floats:
    """How often each group is drawn: ``bootstrap_samples`` rows of ``GROUPS`` columns, each summing to ``GROUPS``."""
    draws = np.random.default_rng(rules.seed).multinomial(
        GROUPS, np.full(GROUPS, 1 / GROUPS), size=rules.bootstrap_samples
    )
    return draws.astype(np.float64)


def interval(estimate: Floats, samples: Floats) -> tuple[Floats, Floats]:
    """Percentiles 2.5 and 97.5 of ``samples`` (resamples x numbers), widened where they miss the ``estimate``.

    Percentiles of a number that has a bound (an effect of 0 or 1) can lie to one side of it.
    """
    low, high = np.percentile(samples, _ENDS, axis=0)
    return np.minimum(low, estimate), np.maximum(high, estimate)
