"""Evidence for Markov chains: how often journeys of decided deals moved from one state to the next, by group of deals.

Lost and won deals count alike. Open deals have not come to an end, and deals without a touchpoint move nowhere: neither
teaches a chain anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from attribution_models.journey_walk import Deals, walk
from attribution_models.judging import day_of
from attribution_models.resampling import GROUPS, groups_of
from attribution_models.types import LOST, OPEN, WON, Category, Ints, Journeys

MOVE, CLOSE_BY_GROUP, CLOSE_BY_DAY, CHANNEL = 0, 1, 2, 3
"""Kinds of rows: moves; closes by group (for the chain); closes by day (for the split by time); deals per channel."""

_TABLE_CELLS = 1 << 22  # up to this many possible keys are counted in a table, more are sorted


_NUMBERS = {"bucket": 0, "outcome": OPEN, "count": 0, "total": 0}
"""The columns of numbers, and what stands for one that a kind of rows does not have."""


def moves_schema(order: int) -> pa.Schema:
    """``past_1`` is the last channel, ``past_2`` the one before; ``bucket`` is a group, a day or nothing.

    ``total``: the cents of won deals, or the touchpoints of a channel.
    """
    name = pa.dictionary(pa.int32(), pa.string())
    past = [(f"past_{i}", name) for i in range(1, order + 1)]
    return pa.schema([("kind", pa.int8()), *[(number, pa.int64()) for number in _NUMBERS], *past, ("next", name)])


def collect_moves(journeys: Journeys, order: int) -> pa.Table:
    """The evidence of one batch: sums, whose number does not grow with the number of touchpoints."""
    touches, facts = journeys.touches, journeys.touched
    channel, group = touches.categories["channel"], groups_of(facts.key)
    base = len(channel.values) + 1
    walked = walk(channel.codes, Deals(touches.starts, touches.counts, facts.outcome, group), order, base)
    is_decided = facts.outcome != OPEN
    closes = Closes(facts.outcome[is_decided], facts.amount_cents[is_decided], walked.last[is_decided])
    tables = [
        _moves(walked.moves, order, channel),
        _closes(CLOSE_BY_GROUP, group[is_decided], closes, order, channel),
        _closes(CLOSE_BY_DAY, day_of(facts.closed_at[is_decided]), closes, order, channel),
        _channels(walked.deals, walked.touchpoints, order, channel),
    ]
    return pa.concat_tables(tables)


@dataclass(frozen=True, eq=False)
class Closes:
    """How decided deals ended: their ``outcome``, amounts and last states."""

    outcome: Ints
    cents: Ints
    last: Ints


def _moves(moves: Ints, order: int, channel: Category) -> pa.Table:
    sizes = [GROUPS] + [len(channel.values) + 1] * (order + 1)
    used, place = _places(moves, sizes)
    bucket, *states = np.unravel_index(used, sizes)
    return _table(MOVE, order, channel, states, {"bucket": bucket, "count": np.bincount(place, minlength=len(used))})


def _closes(kind: int, bucket: Ints, closes: Closes, order: int, channel: Category) -> pa.Table:
    """Deals and the cents of the won ones, by bucket, outcome and last state."""
    first = int(bucket.min()) if len(bucket) else 0
    span = int(bucket.max()) - first + 1 if len(bucket) else 1
    base = len(channel.values) + 1
    sizes = [span, max(WON, LOST) + 1, base**order]
    used, place = _places(_keys([bucket - first, closes.outcome, closes.last], sizes), sizes)
    bucket, outcome, *last = np.unravel_index(used, [*sizes[:2], *[base] * order])
    count = np.bincount(place, minlength=len(used))
    cents = _sums(place, np.where(closes.outcome == WON, closes.cents, 0), len(used))
    columns = {"bucket": bucket + first, "outcome": outcome, "count": count, "total": cents}
    return _table(kind, order, channel, [*last, np.zeros_like(count)], columns)


def _channels(deals: Ints, touchpoints: Ints, order: int, channel: Category) -> pa.Table:
    """Deals and touchpoints of each channel, by outcome."""
    outcome, code = np.nonzero(deals)
    nothing = np.zeros_like(code)
    columns = {"outcome": outcome, "count": deals[outcome, code], "total": touchpoints[outcome, code]}
    return _table(CHANNEL, order, channel, [*[nothing] * (order - 1), code, nothing], columns)


def _keys(parts: Sequence[Ints], sizes: Sequence[int]) -> Ints:
    """Each row as one number, which tells rows apart that differ in one of ``parts`` (from 0 up to their ``sizes``)."""
    key = np.zeros_like(parts[0])
    for part, size in zip(parts, sizes, strict=True):
        key = key * size + part
    return key


def _places(key: Ints, sizes: Sequence[int]) -> tuple[Ints, Ints]:
    """The keys that occur, upwards, and per row the place of its key among them."""
    cells = np.prod([float(size) for size in sizes])
    if cells > _TABLE_CELLS:
        used, place = np.unique(key, return_inverse=True)
        return used, place
    is_used = np.zeros(int(cells), dtype=np.bool_)
    is_used[key] = True
    return np.flatnonzero(is_used), (np.cumsum(is_used) - 1)[key]


def _sums(place: Ints, numbers: Ints, places: int) -> Ints:
    sums = np.zeros(places, dtype=np.int64)
    np.add.at(sums, place, numbers)
    return sums


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
    """Rows of one kind: names as codes into ``channels`` (from 1; 0: none), oldest past first."""

    bucket: Ints
    outcome: Ints
    past: list[Ints]
    following: Ints
    count: Ints
    total: Ints

    @property
    def won(self) -> Ints:
        return np.where(self.outcome == WON, self.count, 0)

    @property
    def lost(self) -> Ints:
        return self.count - self.won

    @property
    def facts(self) -> list[Ints]:
        """What tells one row from another."""
        return [self.bucket, self.outcome, *self.past, self.following]


def merged_moves(evidence: Sequence[pa.Table], order: int) -> tuple[tuple[str, ...], dict[int, Moves]]:
    """The names of all channels, and by kind the evidence of all batches added up."""
    names = [f"past_{i}" for i in range(order, 0, -1)] + ["next"]
    tables = [table.combine_chunks() for table in [moves_schema(order).empty_table(), *evidence]]
    channels = tuple(sorted({value for table in tables for name in names for value in _dictionary(table[name])[1]}))
    place = {name: i + 1 for i, name in enumerate(channels)}
    rows = [_rows(table, names, place) for table in tables]
    return channels, {kind: _added_up([by_kind[kind] for by_kind in rows]) for kind in range(4)}


def _rows(table: pa.Table, names: Sequence[str], place: Mapping[str, int]) -> list[Moves]:
    """The rows of one batch by kind, with ``place`` for the codes of channels."""
    numbers = [_numbers(table[name], missing) for name, missing in _NUMBERS.items()]
    codes = [_codes(*_dictionary(table[name]), place) for name in names]
    kind = table["kind"].to_numpy()
    return [
        _moves_of(*[[column[kind == one] for column in columns] for columns in (numbers, codes)]) for one in range(4)
    ]


def _moves_of(numbers: list[Ints], codes: list[Ints]) -> Moves:
    bucket, outcome, count, total = numbers
    return Moves(bucket, outcome, codes[:-1], codes[-1], count, total)


def _codes(indices: Ints, values: Sequence[str], place: Mapping[str, int]) -> Ints:
    return np.array([*(place[value] for value in values), 0], dtype=np.int64)[indices]


def _added_up(batches: Sequence[Moves]) -> Moves:
    """The rows of all ``batches`` that are alike in what tells them apart, once each, with their sums."""
    filled = [batch for batch in batches if len(batch.count)]
    if not filled:
        return batches[0]
    columns = zip(*(one.facts for one in filled), strict=True)
    ranges = [(min(map(np.min, column)), max(map(np.max, column))) for column in columns]
    sizes = [int(high - low + 1) for low, high in ranges]
    key = np.concatenate([
        _keys([fact - low for fact, (low, _) in zip(one.facts, ranges, strict=True)], sizes) for one in filled
    ])  # fmt: skip
    used, place = _places(key, sizes)
    facts = [part + low for part, (low, _) in zip(np.unravel_index(used, sizes), ranges, strict=True)]
    count, total = (
        _sums(place, np.concatenate(numbers), len(used))
        for numbers in ([one.count for one in filled], [one.total for one in filled])
    )
    return Moves(facts[0], facts[1], facts[2:-1], facts[-1], count, total)


def _numbers(column: "pa.ChunkedArray[Any]", missing: int) -> Ints:
    counted: Any = column
    numbers: Ints = counted.fill_null(missing).to_numpy()
    return numbers


def _dictionary(column: "pa.ChunkedArray[Any]") -> tuple[Ints, list[str]]:
    """Indices (-1: null) and values of a dictionary column."""
    array: Any = column.combine_chunks()
    return array.indices.fill_null(-1).to_numpy(zero_copy_only=False), array.dictionary.to_pylist()


def state_codes(past: Sequence[Ints], base: int) -> Ints:
    """States as numbers, 0: nothing yet; the channels' codes are the digits, the last channel the lowest."""
    state = np.zeros_like(past[0])
    for codes in past:
        state = state * base + codes
    return state
