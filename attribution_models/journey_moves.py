"""Evidence for Markov chains: how often journeys of decided deals moved from one state to the next, by group of deals.

A state is the channels of the last ``order`` touchpoints, consecutive repeats taken as one; before the first there is
nothing. Lost and won deals count alike. Open deals have not come to an end, and deals without a touchpoint move
nowhere: neither teaches a chain anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from attribution_models.channel_presence import presence
from attribution_models.judging import day_of
from attribution_models.resampling import GROUPS, groups_of
from attribution_models.types import LOST, OPEN, WON, Category, Flags, Ints, Journeys

MOVE, CLOSE_BY_GROUP, CLOSE_BY_DAY, CHANNEL = 0, 1, 2, 3
"""Kinds of rows: moves; closes by group (for the chain); closes by day (for the split by time); deals per channel."""

_TABLE_CELLS = 1 << 22  # up to this many possible keys are counted in a table, more are sorted


_NUMBERS = ("bucket", "outcome", "count", "total")


def moves_schema(order: int) -> pa.Schema:
    """``past_1`` is the last channel, ``past_2`` the one before; ``bucket`` is a group, a day or nothing.

    ``total``: the cents of won deals, or the touchpoints of a channel.
    """
    name = pa.dictionary(pa.int32(), pa.string())
    past = [(f"past_{i}", name) for i in range(1, order + 1)]
    return pa.schema([("kind", pa.int8()), *[(number, pa.int64()) for number in _NUMBERS], *past, ("next", name)])


@dataclass(frozen=True, eq=False)
class Paths:
    """Journeys of decided deals without consecutive repeats: ``code`` (1 upwards) per step, ``starts`` per deal."""

    code: Ints
    starts: Ints
    lengths: Ints

    def past(self, steps: int) -> Ints:
        """Per step, the code of the step that many before it on the same deal; 0: there is none."""
        if not steps:
            return self.code
        shifted = np.zeros_like(self.code)
        shifted[steps:] = self.code[:-steps]
        for early in range(steps):
            shifted[self.starts[self.lengths > early] + early] = 0
        return shifted


@dataclass(frozen=True, eq=False)
class Closes:
    """How decided deals ended: ``cents`` of the won ones, and the codes of their last channels, oldest first."""

    outcome: Ints
    cents: Ints
    last: list[Ints]


def collect_moves(journeys: Journeys, order: int) -> pa.Table:
    """The evidence of one batch: sums, whose number does not grow with the number of touchpoints."""
    facts, channel = journeys.touched, journeys.touches.categories["channel"]
    deals = np.flatnonzero(facts.outcome != OPEN)
    paths = _paths(journeys, deals)
    group, outcome = groups_of(facts.key)[deals], facts.outcome[deals]
    cents = np.where(outcome == WON, facts.amount_cents[deals], 0)
    ends = paths.starts + paths.lengths - 1
    closes = Closes(outcome, cents, [paths.past(steps)[ends] for steps in range(order - 1, -1, -1)])
    tables = [
        _moves(group, paths, order, channel),
        _closes(CLOSE_BY_GROUP, group, closes, channel),
        _closes(CLOSE_BY_DAY, day_of(facts.closed_at[deals]), closes, channel),
        _channels(journeys, order),
    ]
    return pa.concat_tables(tables)


def _paths(journeys: Journeys, deals: Ints) -> Paths:
    touches = journeys.touches
    codes = touches.categories["channel"].codes
    keep = touches.spread(journeys.touched.outcome != OPEN)
    keep[1:] &= (codes[1:] != codes[:-1]) | (touches.position[1:] == 1)
    lengths = np.add.reduceat(keep, touches.starts, dtype=np.int64)[deals]
    return Paths(codes[keep] + 1, np.cumsum(lengths) - lengths, lengths)


def _moves(group: Ints, paths: Paths, order: int, channel: Category) -> pa.Table:
    before = [paths.past(steps) for steps in range(order, 0, -1)]
    sizes = [GROUPS] + [len(channel.values) + 1] * (order + 1)
    parts = [np.repeat(group, paths.lengths), *before, paths.code]
    (bucket, *states), counts, _ = _tally(parts, sizes, np.zeros_like(paths.code))
    return _table(MOVE, order, channel, states, {"bucket": bucket, "count": counts})


def _closes(kind: int, bucket: Ints, closes: Closes, channel: Category) -> pa.Table:
    """Deals and the cents of the won ones, by bucket, outcome and last state."""
    first = int(bucket.min()) if len(bucket) else 0
    span = int(bucket.max()) - first + 1 if len(bucket) else 1
    sizes = [span, max(WON, LOST) + 1] + [len(channel.values) + 1] * len(closes.last)
    parts, counts, cents = _tally([bucket - first, closes.outcome, *closes.last], sizes, closes.cents)
    columns = {"bucket": parts[0] + first, "outcome": parts[1], "count": counts, "total": cents}
    return _table(kind, len(closes.last), channel, [*parts[2:], np.zeros_like(counts)], columns)


def _channels(journeys: Journeys, order: int) -> pa.Table:
    """Deals and touchpoints of each channel, by outcome."""
    touches, channel = journeys.touches, journeys.touches.categories["channel"]
    width = len(channel.values)
    seen = presence(touches, channel.codes, width)
    outcome = journeys.touched.outcome - OPEN
    sizes = (max(WON, LOST) - OPEN + 1, width)
    deals = _counted(outcome[seen.deal], seen.code, sizes)
    touchpoints = _counted(touches.spread(outcome), channel.codes, sizes)
    deals[0] = 0  # the open ones
    outcomes, codes = np.nonzero(deals)
    deals, touchpoints = deals[outcomes, codes], touchpoints[outcomes, codes]
    nothing = np.zeros_like(deals)
    states = [nothing] * (order - 1) + [codes + 1, nothing]
    return _table(CHANNEL, order, channel, states, {"outcome": outcomes + OPEN, "count": deals, "total": touchpoints})


def _counted(first: Ints, second: Ints, sizes: tuple[int, int]) -> Ints:
    """How many rows have each pair of codes, as a matrix of ``sizes``."""
    return np.bincount(first * sizes[1] + second, minlength=sizes[0] * sizes[1]).reshape(sizes)


def _tally(parts: list[Ints], sizes: list[int], amounts: Ints) -> tuple[list[Ints], Ints, Ints]:
    """Rows that are alike in all ``parts``, once each, with how many they are and the sum of their ``amounts``."""
    key = np.zeros_like(parts[0])
    for part, size in zip(parts, sizes, strict=True):
        key = key * size + part
    cells = np.prod([float(size) for size in sizes])
    if cells <= _TABLE_CELLS:
        counts = np.bincount(key, minlength=int(cells))
        used = np.flatnonzero(counts)
        place, counts = (np.cumsum(counts > 0) - 1)[key] if amounts.any() else key[:0], counts[used]
    else:
        used, place, counts = np.unique(key, return_inverse=True, return_counts=True)
    sums = np.zeros(len(used), dtype=np.int64)
    if amounts.any():
        np.add.at(sums, place, amounts)
    return list(np.unravel_index(used, sizes)), counts, sums


def _table(kind: int, order: int, channel: Category, states: list[Ints], numbers: dict[str, Ints]) -> pa.Table:
    """Rows of the schema out of the codes of the past channels and the next, and ``numbers`` (others are null)."""
    rows = len(states[0])
    names = [f"past_{i}" for i in range(order, 0, -1)] + ["next"]
    values = pa.array(channel.values, pa.string())
    columns: dict[str, Any] = {"kind": np.full(rows, kind), **numbers}
    for name, codes in zip(names, states, strict=True):
        indices = pa.array(codes - 1, pa.int32(), mask=codes == 0)
        columns[name] = pa.DictionaryArray.from_arrays(indices, values)
    schema = moves_schema(order)
    arrays = [
        pa.array(columns[field.name]).cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


@dataclass(frozen=True, eq=False)
class Moves:
    """The rows of one kind of all batches: names as codes into ``channels`` (from 1; 0: none), oldest past first."""

    bucket: Ints
    outcome: Ints
    count: Ints
    total: Ints
    past: list[Ints]
    following: Ints

    @property
    def won(self) -> Ints:
        return np.where(self.outcome == WON, self.count, 0)

    @property
    def lost(self) -> Ints:
        return self.count - self.won


def merged_moves(evidence: Sequence[pa.Table], order: int) -> tuple[tuple[str, ...], dict[int, Moves]]:
    """The names of all channels and the evidence of all batches, by kind."""
    table = pa.concat_tables([moves_schema(order).empty_table(), *evidence]).unify_dictionaries().combine_chunks()
    names = [f"past_{i}" for i in range(order, 0, -1)] + ["next"]
    columns = {name: _dictionary(table[name]) for name in names}
    channels = tuple(sorted({value for _, values in columns.values() for value in values}))
    place = {name: i + 1 for i, name in enumerate(channels)}
    codes = {
        name: np.append([place[value] for value in values], 0).astype(np.int64)[indices]
        for name, (indices, values) in columns.items()
    }
    kind = table["kind"].to_numpy()
    return channels, {one: _of_kind(table, codes, kind == one, order) for one in range(4)}


def _of_kind(table: pa.Table, codes: dict[str, Ints], chosen: Flags, order: int) -> Moves:
    numbers = {name: _numbers(table[name])[chosen] for name in _NUMBERS}
    past = [codes[f"past_{i}"][chosen] for i in range(order, 0, -1)]
    return Moves(**numbers, past=past, following=codes["next"][chosen])


def _numbers(column: "pa.ChunkedArray[Any]") -> Ints:
    counted: Any = column
    numbers: Ints = counted.fill_null(-1).to_numpy()
    return numbers


def _dictionary(column: "pa.ChunkedArray[Any]") -> tuple[Ints, list[str]]:
    """Indices (-1: null) and values of a dictionary column."""
    array: Any = column.combine_chunks()
    return array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64), array.dictionary.to_pylist()


def state_codes(past: Sequence[Ints], base: int) -> Ints:
    """States as numbers, 0: nothing yet; the channels' codes are the digits, the last channel the lowest."""
    state = np.zeros_like(past[0])
    for codes in past:
        state = state * base + codes
    return state
