"""Which channels take part in which deals."""

from dataclasses import dataclass

import numpy as np

from attribution_models.types import Ints, Touches

_TABLE_CELLS = 1 << 23  # up to this many deals x channels are marked in a table, more are sorted


@dataclass(frozen=True, eq=False)
class Presence:
    """Pairs of a deal and a channel of its touchpoints, once each, by deal and then by the channel's code.

    Per pair ``deal`` and ``code``. ``cell`` says per touchpoint in which of deals x channels it is, and ``used`` which
    of these are pairs.
    """

    deal: Ints
    code: Ints
    cell: Ints
    used: Ints

    @property
    def pair(self) -> Ints:
        """Per touchpoint, its pair."""
        if not len(self.used) or self.used[-1] > _TABLE_CELLS:
            return np.searchsorted(self.used, self.cell)
        place = np.zeros(self.used[-1] + 1, dtype=np.int64)
        place[self.used] = np.arange(len(self.used))
        pairs: Ints = place[self.cell]
        return pairs


def presence(touches: Touches, codes: Ints, width: int) -> Presence:
    """The pairs of ``touches`` whose channels are ``codes`` (per row, below ``width``)."""
    cell = touches.deal * width + codes
    if touches.deals * width <= _TABLE_CELLS:
        is_used = np.zeros(touches.deals * width, dtype=np.bool_)
        is_used[cell] = True
        used = np.flatnonzero(is_used)
    else:
        used = np.unique(cell)
    return Presence(used // width, used % width, cell, used)
