"""Evidence for the win-rate game: which channels took part in each decided deal, and how it ended.

One narrow row per deal, and one per channel of a batch. In the game, a set of channels has a key, the wrapped sum of
its channels' keys, so that keys of subsets are sums too. Up to 64 channels a key is a bit mask; with more, a channel's
key is random (seeded) and two sets share one by an accident of 1 in 10^19.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from attribution_models.channel_sets import Keys, channels_of_deals, set_keys, sort_members
from attribution_models.judging import day_of
from attribution_models.types import OPEN, WON, DealFacts, Flags, Floats, Ints, Journeys

MASK_CHANNELS = 64
"""Up to this many channels a key is a bit mask."""

_TABLE_BITS = 22

_TYPES: dict[str, pa.DataType] = {
    "touchpoints": pa.int64(),
    "deal_key": pa.uint64(),
    "day": pa.int32(),
    "is_won": pa.bool_(),
    "channels": pa.list_(pa.dictionary(pa.int32(), pa.string())),
}
COALITION_SCHEMA = pa.schema(_TYPES)
"""First a row per channel of the batch (``touchpoints``, and of its deals the least key), then the decided deals."""


def collect_coalitions(journeys: Journeys) -> pa.Table:
    """The channels and the decided deals of one batch; a deal without touchpoints has no channel."""
    touches, touched, untouched = journeys.touches, journeys.touched, journeys.untouched
    channel = touches.categories["channel"]
    decided, direct = (np.flatnonzero(deals.outcome != OPEN) for deals in (touched, untouched))
    found = channels_of_deals(channel.codes, touches.starts, touches.counts, decided, len(channel.values))
    least = np.full(len(channel.values), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(least, found.codes, np.repeat(touched.key[decided], found.sizes))
    used = np.flatnonzero(found.touchpoints)
    names = pa.array(channel.values, pa.string())
    return pa.concat_tables([
        _rows(found.touchpoints[used], least[used], None, None, _lists(np.ones_like(used), used, names)),
        _deal_rows(touched, decided, _lists(found.sizes, found.codes, names)),
        _deal_rows(untouched, direct, _lists(np.zeros_like(direct), used[:0], names)),
    ])  # fmt: skip


def _deal_rows(facts: DealFacts, deals: Ints, channels: "pa.Array[Any]") -> pa.Table:
    return _rows(None, facts.key[deals], day_of(facts.closed_at[deals]), facts.outcome[deals] == WON, channels)


def _rows(
    touchpoints: Ints | None, deal_key: Keys, day: Ints | None, is_won: Flags | None, channels: "pa.Array[Any]"
) -> pa.Table:
    columns = (touchpoints, deal_key, day, is_won)
    unknown = [None] * len(deal_key)
    known: list[Any] = [unknown if column is None else column for column in columns]
    return pa.table([*known, channels], schema=COALITION_SCHEMA)


def _lists(sizes: Ints, codes: Ints, names: "pa.Array[Any]") -> "pa.Array[Any]":
    channels = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), names)
    return pa.ListArray.from_arrays(pa.array(np.append(0, np.cumsum(sizes)), pa.int32()), channels)


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
    """The decided deals of all batches, and the different sets of channels that they have, by ascending key.

    Channels are in an order without names: by the least key of their deals; ``touchpoints`` is per channel. Per set
    its key. Per deal the ``place`` of its set, its key, the day on which it closed and whether it was won.
    """

    channels: tuple[str, ...]
    touchpoints: Ints
    sets: Sets
    keys: Keys
    place: Ints
    deal_key: Keys
    day: Ints
    is_won: Flags

    def counts(self, chosen: Flags) -> Ints:
        """How many of the ``chosen`` deals have each set."""
        return np.bincount(self.place[chosen], minlength=len(self.keys))


def merged_coalitions(evidence: Sequence[pa.Table], seed: int) -> Coalitions:
    """The evidence of all batches as one; ``seed`` is that of the keys."""
    tables = [COALITION_SCHEMA.empty_table(), *evidence]
    ends = [table.num_rows - table["touchpoints"].null_count for table in tables]
    touchpoints = _touchpoints([table.slice(0, end) for table, end in zip(tables, ends, strict=True)])
    deals = [table.slice(end) for table, end in zip(tables, ends, strict=True)]
    of_deals = _joined([_sets(table, list(touchpoints)) for table in deals])
    keys = set_keys(of_deals.sizes, of_deals.codes, channel_keys(len(touchpoints), seed))
    place, first, distinct = _distinct(keys, len(touchpoints))
    sets = of_deals.take(first)
    sort_members(sets.sizes, sets.codes)
    table = pa.concat_tables(deals)
    return Coalitions(
        channels=tuple(touchpoints),
        touchpoints=np.array(list(touchpoints.values()), dtype=np.int64),
        sets=sets,
        keys=distinct,
        place=place,
        deal_key=table["deal_key"].to_numpy(),
        day=table["day"].to_numpy().astype(np.int64),
        is_won=table["is_won"].to_numpy(),
    )


def _touchpoints(rows: Sequence[pa.Table]) -> dict[str, int]:
    """The touchpoints of each channel, in the order of the channels."""
    least: dict[str, int] = {}
    touchpoints: Counter[str] = Counter()
    for row in (row for table in rows for row in table.to_pylist()):
        [name] = row["channels"]
        least[name] = min(row["deal_key"], least.get(name, row["deal_key"]))
        touchpoints[name] += row["touchpoints"]
    return {name: touchpoints[name] for name in sorted(least, key=lambda name: (least[name], name))}


def _sets(deals: pa.Table, channels: Sequence[str]) -> Sets:
    """The set of each deal of one batch."""
    lists: Any = deals["channels"].combine_chunks()
    flat = lists.flatten()
    names = flat.dictionary.to_pylist()
    code = {name: place for place, name in enumerate(channels)}
    codes = np.array([code.get(name, -1) for name in names], dtype=np.int64)
    return Sets.of_sizes(lists.value_lengths().to_numpy().astype(np.int64), codes[flat.indices.to_numpy()])


def _joined(parts: Sequence[Sets]) -> Sets:
    return Sets.of_sizes(np.concatenate([part.sizes for part in parts]), np.concatenate([part.codes for part in parts]))


def _distinct(keys: Keys, channels: int) -> tuple[Ints, Ints, Keys]:
    """Per key its place among the distinct ones; where each of these comes first; and these, ascending."""
    if channels > _TABLE_BITS or len(keys) < 1 << channels >> 2:
        place, distinct = pd.factorize(keys, sort=True)
    else:
        there = np.zeros(1 << channels, dtype=np.bool_)
        there[keys] = True
        place, distinct = (np.cumsum(there) - 1)[keys], np.flatnonzero(there).astype(np.uint64)
    first = np.empty(len(distinct), dtype=np.int64)
    first[place[::-1]] = np.arange(len(place))[::-1]
    return place, first, distinct
