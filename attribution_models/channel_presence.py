"""Which channels take part in which deals, and with how many touchpoints."""

from dataclasses import dataclass

import numpy as np

from attribution_models.types import Ints, Touches

_TABLE_CELLS = 1 << 23  # up to this many deals x channels are counted in a table, more are sorted


@dataclass(frozen=True, eq=False)
class Presence:
    """Pairs of a deal and a channel of its touchpoints, once each, by deal and then by the channel's code.

    Per pair ``deal``, ``code`` and ``touchpoints``. ``cell`` says per touchpoint in which of deals x channels it is,
    and ``used`` which of these are pairs.
    """

    deal: Ints
    code: Ints
    touchpoints: Ints
    cell: Ints
    used: Ints

    @property
    def pair(self) -> Ints:
        """Per touchpoint, its pair."""
        if self.used[-1] > _TABLE_CELLS:
            return np.searchsorted(self.used, self.cell)
        place = np.zeros(self.used[-1] + 1, dtype=np.int64)
        place[self.used] = np.arange(len(self.used))
        pairs: Ints = place[self.cell]
        return pairs


def presence(touches: Touches, codes: Ints, width: int) -> Presence:
    """The pairs of ``touches`` whose channels are ``codes`` (per row, below ``width``)."""
    cell = touches.deal * width + codes
    if touches.deals * width <= _TABLE_CELLS:
        table = np.bincount(cell, minlength=touches.deals * width)
        used = np.flatnonzero(table)
        counts = table[used]
    else:
        used, counts = np.unique(cell, return_counts=True)
    return Presence(used // width, used % width, counts, cell, used)
