"""Loops over deals and their channels: which channels take part in a deal, and the key of each set of them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from attribution_models.compiled import compiled
from attribution_models.types import Ints

Keys = npt.NDArray[np.uint64]


class ChannelsOfDeals(NamedTuple):
    """Per deal how many channels it has, their ``codes`` one deal after the other, and per channel its touchpoints."""

    sizes: Ints
    codes: Ints
    touchpoints: Ints


@compiled
def channels_of_deals(codes: Ints, starts: Ints, counts: Ints, deals: Ints, width: int) -> ChannelsOfDeals:
    """The channels of the chosen ``deals``, each once. ``codes``: the channel of each touchpoint, below ``width``."""
    sizes, found = np.empty(len(deals), dtype=np.int64), np.empty(len(codes), dtype=np.int64)
    touchpoints, seen_on = np.zeros(width, dtype=np.int64), np.full(width, -1)
    end = 0
    for place in range(len(deals)):
        deal, first = deals[place], end
        for row in range(starts[deal], starts[deal] + counts[deal]):
            code = codes[row]
            touchpoints[code] += 1
            if seen_on[code] != deal:
                seen_on[code] = deal
                found[end] = code
                end += 1
        sizes[place] = end - first
    return ChannelsOfDeals(sizes, found[:end], touchpoints)


@compiled
def set_keys(sizes: Ints, codes: Ints, channel_keys: Keys) -> Keys:
    """The key of each set: the wrapped sum of its channels' keys, 0 for the empty set."""
    keys = np.zeros(len(sizes), dtype=np.uint64)
    end = 0
    for place in range(len(sizes)):
        for _ in range(sizes[place]):
            keys[place] += channel_keys[codes[end]]
            end += 1
    return keys


@compiled
def sort_members(sizes: Ints, codes: Ints) -> None:
    """Sort the codes of each set upwards, in place, by insertion: sets are small, and often sorted already."""
    start = 0
    for size in sizes:
        for end in range(start + 1, start + size):
            code, place = codes[end], end
            while place > start and codes[place - 1] > code:
                codes[place] = codes[place - 1]
                place -= 1
            codes[place] = code
        start += size
