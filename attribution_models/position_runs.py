"""A loop over positions of touchpoints: where each deal begins, and whether each deal counts up from 1."""

import numpy as np

from attribution_models.compiled import compiled
from attribution_models.types import Ints


@compiled
def runs_from_one(position: Ints) -> tuple[Ints, bool]:
    """The rows at which ``position`` is 1; and whether every other row is one more than the row before it."""
    starts, found = np.empty(len(position), dtype=np.int64), 0
    for row in range(len(position)):
        if position[row] == 1:
            starts[found] = row
            found += 1
        elif row == 0 or position[row] != position[row - 1] + 1:
            return starts[:found], False
    return starts[:found], True
