"""Sorts within segments of rows (deals, or partners of deals), many short ones at once.

Segments of one length are the rows of a matrix, and sorting short rows of a matrix costs a tenth of sorting one long
column.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def order_within(values: Ints, starts: Ints, counts: Ints) -> Ints:
    """Row numbers, segment after segment, each segment's by ``values`` upwards; equal values stay in their order.

    ``values`` (per row) are whole numbers from 0 to 2^32; ``starts`` and ``counts`` are the segments' first rows and
    numbers of rows (at least 1), in ascending order and without overlap; rows outside of them do not appear.
    """
    places = np.cumsum(counts) - counts
    order: Ints = np.arange(int(counts.sum())) + np.repeat(starts - places, counts)
    unsorted = _unsorted(values[order], places)
    starts, counts, places = starts[unsorted], counts[unsorted], places[unsorted]
    for size, segments in _by_size(counts):
        column = np.arange(size)
        bits = size.bit_length()
        keys = values[starts[segments][:, None] + column] << bits | column
        keys.sort(axis=1)
        keys &= (1 << bits) - 1
        keys += starts[segments][:, None]
        order[places[segments][:, None] + column] = keys
    return order


def _unsorted(values: Ints, heads: Ints) -> Ints:
    """The segments, by their first places in ``values``, that do not ascend as they are: of equal shares, none."""
    descends = np.zeros(len(values), dtype=np.bool_)
    np.less(values[1:], values[:-1], out=descends[1:])
    descends[heads] = False
    unsorted: Ints = np.flatnonzero(np.logical_or.reduceat(descends, heads))
    return unsorted


def _by_size(counts: Ints) -> Iterator[tuple[int, Ints]]:
    """Each length that occurs, with the numbers of the segments that have it."""
    if not len(counts):
        return
    segments = np.argsort(counts, kind="stable")
    sizes, heads = np.unique(counts[segments], return_index=True)
    yield from zip(sizes.tolist(), np.split(segments, heads[1:]), strict=True)
