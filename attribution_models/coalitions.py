"""Evidence for the win-rate game: which channels took part in each decided deal, and how it ended.

One narrow row per deal. In the game, a set of channels has a key, the wrapped sum of its channels' keys, so that keys
of subsets are sums too. Up to 64 channels a key is a bit mask; with more, a channel's key is random (seeded) and two
sets share one by an accident of 1 in 10^19.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from attribution_models.channel_presence import presence
from attribution_models.judging import day_of
from attribution_models.types import OPEN, WON, DealFacts, Flags, Floats, Ints, Journeys

Keys = npt.NDArray[np.uint64]

MASK_CHANNELS = 64
"""Up to this many channels a key is a bit mask."""

_TYPES: dict[str, pa.DataType] = {
    "deal_key": pa.uint64(),
    "day": pa.int32(),
    "is_won": pa.bool_(),
    "channels": pa.list_(pa.dictionary(pa.int32(), pa.string())),
    "touchpoints": pa.list_(pa.int32()),
}
COALITION_SCHEMA = pa.schema(_TYPES)


def collect_coalitions(journeys: Journeys) -> pa.Table:
    """The decided deals of one batch, with their channels and how many touchpoints each channel has; none: empty."""
    channel = journeys.touches.categories["channel"]
    seen = presence(journeys.touches, channel.codes, len(channel.values))
    touched, untouched = journeys.touched, journeys.untouched
    decided = touched.outcome != OPEN
    sizes = np.bincount(seen.deal, minlength=touched.deals)[decided]
    kept = decided[seen.deal]
    names = pa.array(channel.values, pa.string())
    channels = pa.DictionaryArray.from_arrays(pa.array(seen.code[kept], pa.int32()), names)
    direct = np.flatnonzero(untouched.outcome != OPEN)
    counts = pa.array(seen.touchpoints[kept], pa.int32())
    return pa.concat_tables([
        _rows(touched, np.flatnonzero(decided), sizes, channels, counts),
        _rows(untouched, direct, np.zeros_like(direct), channels[:0], counts[:0]),
    ])  # fmt: skip


def _rows(
    facts: DealFacts, deals: Ints, sizes: Ints, channels: "pa.Array[Any]", touchpoints: "pa.Array[Any]"
) -> pa.Table:
    offsets = pa.array(np.append(0, np.cumsum(sizes)), pa.int32())
    columns = [
        pa.array(facts.key[deals]),
        pa.array(day_of(facts.closed_at[deals]), pa.int32()),
        pa.array(facts.outcome[deals] == WON),
        pa.ListArray.from_arrays(offsets, channels),
        pa.ListArray.from_arrays(offsets, touchpoints),
    ]
    return pa.table(columns, schema=COALITION_SCHEMA)


def coalition_name(channels: Iterable[str]) -> str:
    """A set of channels as one text, the same in any order."""
    return " + ".join(sorted(channels))


@dataclass(frozen=True, eq=False)
class Sets:
    """Sets of channels: set i holds ``codes[starts[i] : starts[i] + sizes[i]]``."""

    starts: Ints
    sizes: Ints
    codes: Ints

    @classmethod
    def of_sizes(cls, sizes: Ints, codes: Ints) -> "Sets":
        """Sets that lie one after the other."""
        return cls(np.cumsum(sizes) - sizes, sizes, codes)

    @property
    def owner(self) -> Ints:
        """Per code, its set."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def take(self, chosen: Ints) -> "Sets":
        """The sets at ``chosen``, one after the other."""
        sizes = self.sizes[chosen]
        starts = np.cumsum(sizes) - sizes
        rows = np.repeat(self.starts[chosen] - starts, sizes) + np.arange(int(sizes.sum()))
        return Sets(starts, sizes, self.codes[rows])

    def keys(self, channel_keys: Keys) -> Keys:
        """The key of each set: the wrapped sum of its channels' keys, 0 for the empty set."""
        running: Keys = np.append(np.uint64(0), np.cumsum(channel_keys[self.codes], dtype=np.uint64))
        keys: Keys = running[self.starts + self.sizes] - running[self.starts]
        return keys

    def sums(self, values: Floats) -> Floats:
        """``values`` (one per code of sets that lie one after the other) summed by set."""
        sums: Floats = np.bincount(self.owner, weights=values, minlength=len(self.sizes)).astype(np.float64)
        return sums


def channel_keys(channels: int, seed: int) -> Keys:
    """A key per channel."""
    if channels <= MASK_CHANNELS:
        return np.uint64(1) << np.arange(channels, dtype=np.uint64)
    return np.random.default_rng(seed).integers(1, 1 << 63, channels, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


@dataclass(frozen=True, eq=False)
class Coalitions:
    """The decided deals of all batches. Channels are in an order without names: by the least key of their deals."""

    channels: tuple[str, ...]
    deal_key: Keys
    day: Ints
    is_won: Flags
    sets: Sets
    touchpoints: Ints


def merged_coalitions(evidence: Sequence[pa.Table]) -> Coalitions:
    """The evidence of all batches as one."""
    tables = [COALITION_SCHEMA.empty_table(), *evidence]
    table = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    lists: Any = table["channels"].combine_chunks()
    sizes = lists.value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
    flat: Any = lists.flatten()
    codes = flat.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    touchpoints: Any = table["touchpoints"].combine_chunks()
    key: Keys = table["deal_key"].to_numpy()
    order, rank = _order(codes, np.repeat(key, sizes), flat.dictionary.to_pylist())
    return Coalitions(
        channels=order,
        deal_key=key,
        day=table["day"].to_numpy().astype(np.int64),
        is_won=table["is_won"].to_numpy(),
        sets=Sets.of_sizes(sizes, rank[codes]),
        touchpoints=touchpoints.flatten().to_numpy().astype(np.int64),
    )


def _order(codes: Ints, deal_key: Keys, names: list[str]) -> tuple[tuple[str, ...], Ints]:
    """The names of the channels that are there in their order, and the place of each code in it."""
    least = np.full(len(names), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(least, codes, deal_key)
    used = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    ordered = sorted(used.tolist(), key=lambda code: (int(least[code]), names[code]))
    rank = np.full(len(names), -1, dtype=np.int64)
    rank[ordered] = np.arange(len(ordered))
    return tuple(names[code] for code in ordered), rank
