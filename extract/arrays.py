"""The few steps between Arrow columns and NumPy masks that parsing is made of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
if TYPE_CHECKING:
    Cells: TypeAlias = pa.Array[Any]
else:  # Arrow's own classes take no type parameters
    Cells = pa.Array
# The published stubs refuse Python values and mixed types that Arrow's functions take, so they are used untyped.
compute: Any = pyarrow.compute


def absent(array: Cells) -> Bools:
    """True where ``array`` is null."""
    return np.asarray(compute.is_null(array), dtype=bool)


def int_array(text: Cells) -> Ints:
    """Digits as 64-bit integers; the caller has made sure that every cell is a number."""
    return np.asarray(compute.cast(text, pa.int64()))


def one_chunk(array: "pa.Array[Any] | pa.ChunkedArray[Any]") -> Cells:
    """A plain array of a column that may come in chunks."""
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def mask(rows: Bools) -> Cells:
    """A NumPy mask as Arrow's filters take it."""
    return pa.array(rows)


def names_where(names: Sequence[str], masks: Sequence[Bools], rows: int) -> Cells:
    """Per row the list of those ``names`` whose mask is true there, in the order of ``names``."""
    matrix = np.column_stack(masks) if names else np.zeros((rows, 0), bool)
    offsets = np.concatenate([[0], np.cumsum(matrix.sum(axis=1))]).astype(np.int32)
    picked = compute.take(pa.array(list(names), pa.string()), np.nonzero(matrix)[1])
    lists: Cells = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), picked)
    return lists
