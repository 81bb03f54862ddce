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
    numbers of rows, in ascending order and without overlap; rows outside of them do not appear.
    """
    order = np.empty(int(counts.sum()), dtype=np.int64)
    places = np.cumsum(counts) - counts
    for size, segments in _by_size(counts):
        column = np.arange(size)
        bits = size.bit_length()
        keys = values[starts[segments][:, None] + column] << bits | column
        keys.sort(axis=1)
        keys &= (1 << bits) - 1
        keys += starts[segments][:, None]
        order[places[segments][:, None] + column] = keys
    return order


def _by_size(counts: Ints) -> Iterator[tuple[int, Ints]]:
    """Each length that occurs, with the numbers of the segments that have it."""
    segments = np.argsort(counts, kind="stable")
    sizes, heads = np.unique(counts[segments], return_index=True)
    yield from zip(sizes.tolist(), np.split(segments, heads[1:]), strict=True)
