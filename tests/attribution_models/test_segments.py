"""Sorting within segments: what brings a partner's touchpoints together."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from attribution_models.segments import order_within

segments = st.lists(st.lists(st.integers(0, 2**32), min_size=1, max_size=40), min_size=1, max_size=12)


@given(segments=segments, gap=st.integers(0, 3))
def test_each_segment_is_sorted_by_itself_and_ties_keep_their_order(segments: list[list[int]], gap: int) -> None:
    """As Python's own stable sort of each segment, and no row outside of the segments appears."""
    values = [value for segment in segments for value in [*segment, *[7] * gap]]
    starts = np.cumsum([0, *(len(segment) + gap for segment in segments[:-1])])
    expected = [
        int(start) + place
        for start, segment in zip(starts, segments, strict=True)
        for place in sorted(range(len(segment)), key=segment.__getitem__)
    ]
    order = order_within(
        np.array(values, dtype=np.int64), starts, np.array([len(segment) for segment in segments], dtype=np.int64)
    )
    assert order.tolist() == expected


def test_a_segment_of_a_million_rows() -> None:
    """One giant deal among small ones is sorted like any other."""
    values = np.random.default_rng(3).integers(0, 2**22, 1_000_003)
    counts = np.array([2, 1_000_000, 1])
    order = order_within(values, np.array([0, 2, 1_000_002]), counts)
    assert np.array_equal(order, np.lexsort((values, np.repeat([0, 1, 2], counts))))
