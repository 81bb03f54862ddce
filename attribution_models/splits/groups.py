"""Runs of rows that belong together, in a table that holds them together, and their claims to the money of the run."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
import pyarrow as pa

from attribution_models.types import Flags, Floats, Ints

_EXACT = 1 << 53
"""Whole numbers below this are floats without rounding."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Group i has ``counts[i]`` rows from row ``starts[i]``."""

    starts: Ints
    counts: Ints

    @property
    def of_row(self) -> Ints:
        """Row to group."""
        return np.repeat(np.arange(len(self.starts)), self.counts)

    def sums(self, values: Ints) -> Ints:
        """Sum per group; none without groups."""
        return np.add.reduceat(values, self.starts) if len(self.starts) else np.zeros(0, dtype=np.int64)


def schema(**types: pa.DataType) -> pa.Schema:
    """Columns by name."""
    return pa.schema([pa.field(name, kind) for name, kind in types.items()])


def groups(table: pa.Table, *columns: str) -> Groups:
    """The runs of rows with equal values in ``columns``."""
    is_head = np.zeros(table.num_rows, dtype=np.bool_)
    for column in columns:
        codes = table[column].combine_chunks().dictionary_encode("encode").indices.to_numpy()
        is_head |= np.diff(codes, prepend=-1) != 0
    return _of_heads(is_head)


def of_counts(counts: Ints) -> Groups:
    """Groups of so many rows, one behind the other."""
    return Groups(np.cumsum(counts) - counts, counts)


def claims(cents: Ints, group: Groups) -> Floats:
    """What rows had is their claim within their group; where nobody had anything, all have the same."""
    is_empty = group.sums(cents) == 0
    return np.where(np.repeat(is_empty, group.counts), 1, cents).astype(np.float64)


def scores_of(shares: Sequence[Fraction]) -> list[float]:
    """Scores in the proportion of ``shares``: whole numbers, so that equal claims tie, where floats can hold them."""
    scale = lcm(*(share.denominator for share in shares))
    whole = [int(share * scale) for share in shares]
    return [float(part) for part in (whole if max(whole) < _EXACT else shares)]


def _of_heads(is_head: Flags) -> Groups:
    starts = np.flatnonzero(is_head)
    return Groups(starts, np.diff(starts, append=len(is_head)))
