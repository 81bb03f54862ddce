"""Brings Arrow rows of ``int_touch`` and ``int_journey`` into the shape of models: whole deals, sorted, checked.

A batch never splits a deal, so the same code runs over DuckDB's batches on one machine and in Spark's ``mapInArrow``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from attribution_models.position_runs import runs_from_one
from attribution_models.types import LOST, OPEN, WON, Category, DealFacts, Floats, Ints, Journeys, Touches

KEYS = ("deal_id", "touchpoint_id", "partner_id")
TOUCH_COLUMNS = (
    *KEYS, "position", "occurred_at", "activity_type", "origin", "influence_type", "weight", "partner_type", "tier",
    "stage_at_touch", "channel", "engagement_depth", "deal_type", "segment", "amount_cents", "is_creditable",
    "created_at", "closed_at", "last_stage_change_at",
)  # fmt: skip
"""The columns of ``int_touch`` that the engine reads."""

JOURNEY_COLUMNS = (
    *KEYS, "position", "occurred_at", "activity_type", "origin", "influence_type", "partner_type", "tier",
    "stage_at_touch", "channel", "engagement_depth", "outcome", "amount_cents", "deal_type", "segment", "region",
    "source", "created_at", "closed_at", "last_stage_change_at",
)  # fmt: skip
"""The columns of ``int_journey`` that the learned models read: none that only the outcome could have taught."""

_OUTCOMES = {"won": WON, "lost": LOST, "open": OPEN}


@dataclass(frozen=True, eq=False)
class Batch:
    """Touchpoints of whole deals with the money beside them: ``rows`` keeps the keys, ``amount_cents`` is per deal."""

    rows: pa.Table
    touches: Touches
    amount_cents: Ints


def whole_deals(batches: Iterable[pa.RecordBatch | pa.Table], rows: int = 1_000_000) -> Iterator[pa.Table]:
    """The same rows in tables of at least ``rows`` rows (the last may be smaller) that split no deal.

    Input has each deal's rows together; memory holds one table and what was read beyond it.
    """
    held: list[pa.Table] = []
    for batch in batches:
        held.append(batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch]))
        if sum(table.num_rows for table in held) >= rows:
            table = pa.concat_tables(held)
            end = _start_of_last_deal(table)
            if end:
                yield table.slice(0, end)
            held = [table.slice(end)]
    if held and (table := pa.concat_tables(held)).num_rows:
        yield table


def creditable_batch(table: pa.Table) -> Batch:
    """The touchpoints of ``table`` whose deals earn credit (won and eligible), sorted by deal and position.

    Raises:
        ValueError: a deal's positions are not 1 to n (two deals under one id, a lost touchpoint), or its amount differs
            from row to row.
    """
    rows, starts = _sorted(table.filter(pc.field("is_creditable")))
    amount = _ints(rows, "amount_cents")
    if not np.array_equal(amount, np.repeat(amount[starts], np.diff(starts, append=len(amount)))):
        raise ValueError("amount_cents differs between the touchpoints of one deal")
    return Batch(rows, _touches(rows, starts), amount[starts])


def journeys_batch(table: pa.Table) -> Journeys:
    """The deals of ``table`` (rows of ``int_journey``, a deal's rows together), with or without touchpoints.

    Raises:
        ValueError: a deal's positions are not 1 to n.
    """
    rows = _touched(table)
    starts = _deal_starts(rows)
    if starts is None:
        table = table.sort_by([("deal_id", "ascending"), ("position", "ascending")])
        rows = _touched(table)
        starts = _deal_starts(rows)
    if starts is None:
        raise ValueError("a deal's touchpoints do not have the positions 1 to n, each once")
    untouched = np.flatnonzero(pc.is_null(table["touchpoint_id"]).to_numpy())
    return Journeys(_touches(rows, starts), _deal_facts(rows.heads(starts)), _deal_facts(_Chosen.at(table, untouched)))


class _Chosen:
    """Some rows of a table, each column cut out when it is first asked for: a model asks for a few of many."""

    def __init__(self, table: pa.Table, places: Ints, cut: Callable[["pa.ChunkedArray[Any]"], Any]) -> None:
        self._table, self._places, self._cut = table, places, cut
        self._columns: dict[str, pa.ChunkedArray[Any]] = {}
        self.column_names, self.num_rows = table.column_names, len(places)

    @classmethod
    def at(cls, table: pa.Table, places: Ints) -> "_Chosen":
        return cls(table, places, lambda column: column.take(places))

    def __getitem__(self, name: str) -> "pa.ChunkedArray[Any]":
        if name not in self._columns:
            self._columns[name] = self._cut(self._table[name])
        return self._columns[name]

    def heads(self, starts: Ints) -> "_Chosen":
        """Those of these rows that lie at ``starts``."""
        return _Chosen.at(self._table, self._places[starts])


def _touched(table: pa.Table) -> _Chosen:
    """The rows with a touchpoint, nearly all: for so many a filter is quicker than going by places."""
    is_touched: Any = pc.is_valid(table["touchpoint_id"])
    return _Chosen(table, np.flatnonzero(is_touched.to_numpy()), lambda column: column.filter(is_touched))


def _sorted(table: pa.Table) -> tuple[pa.Table, Ints]:
    """``table`` by deal and position, and the first row of each deal; rows that come sorted are left as they are."""
    rows = table.combine_chunks()
    starts = _deal_starts(rows)
    if starts is None:
        rows = rows.sort_by([("deal_id", "ascending"), ("position", "ascending")]).combine_chunks()
        starts = _deal_starts(rows)
    if starts is None:
        raise ValueError("a deal's touchpoints do not have the positions 1 to n, each once")
    return rows, starts


def _deal_facts(deals: _Chosen) -> DealFacts:
    """One row per deal as columns."""
    outcome = _Categories(deals)["outcome"]
    known = np.array([_OUTCOMES[value] for value in outcome.values], dtype=np.int64)
    return DealFacts(
        # Ids come once each: looking for repeats would take twice as long and change no hash.
        key=pd.util.hash_array(deals["deal_id"].to_numpy(zero_copy_only=False).astype(object), categorize=False),
        outcome=known[outcome.codes] if deals.num_rows else np.zeros(0, dtype=np.int64),
        amount_cents=_ints(deals, "amount_cents"),
        created_at=_microseconds(deals["created_at"]),
        closed_at=_microseconds(_known(deals, "closed_at")),
        categories=_Categories(deals),
    )


def _start_of_last_deal(table: pa.Table) -> int:
    deal_id = table["deal_id"]
    return int(pc.index(deal_id, deal_id[-1]).as_py())


def _deal_starts(rows: pa.Table | _Chosen) -> Ints | None:
    """The first row of each deal, or None where rows are not sorted by deal and position, from 1 without a gap."""
    position = _ints(rows, "position")
    starts, are_right = runs_from_one(position)
    if not are_right:
        return None
    if not len(starts):
        return starts
    deal_id = rows["deal_id"].combine_chunks()
    goes_on = pc.equal(deal_id[1:], deal_id[:-1]).to_numpy(zero_copy_only=False)
    heads = deal_id.take(starts)
    ascends = pc.less(heads[:-1], heads[1:]).to_numpy(zero_copy_only=False)
    return starts if ascends.all() and np.array_equal(goes_on, position[1:] > 1) else None


def _touches(rows: pa.Table | _Chosen, starts: Ints) -> Touches:
    deals = rows.heads(starts) if isinstance(rows, _Chosen) else _Chosen.at(rows, starts)
    return Touches(
        starts=starts,
        counts=np.diff(starts, append=rows.num_rows),
        position=_ints(rows, "position"),
        occurred_at=_microseconds(_known(rows, "occurred_at")),
        weight=_weights(rows),
        created_at=_microseconds(deals["created_at"]),
        closed_at=_microseconds(_known(deals, "closed_at")),
        last_stage_change_at=_microseconds(deals["last_stage_change_at"]),
        categories=_Categories(rows),
        measures=_Measures(rows),
    )


def _weights(rows: pa.Table | _Chosen) -> Floats:
    """Influence weights. Journeys have none: a weight knows what followed its touchpoint, nothing may learn from it."""
    if "weight" not in rows.column_names:
        return np.full(rows.num_rows, np.nan)
    weights: Floats = _known(rows, "weight").cast(pa.float64()).to_numpy()
    return weights


class _Categories(dict[str, Category]):
    """Encodes a text column when a model first asks for it: most models ask for none."""

    def __init__(self, rows: pa.Table | _Chosen) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, name: str) -> Category:
        encoded = self._rows[name].combine_chunks().dictionary_encode("encode")
        values = tuple(value or "" for value in encoded.dictionary.to_pylist())
        self[name] = Category(encoded.indices.to_numpy().astype(np.int64), values)
        return self[name]


class _Measures(dict[str, Floats]):
    """Reads a column of numbers when a model first asks for it; unknown is NaN."""

    def __init__(self, rows: pa.Table | _Chosen) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, name: str) -> Floats:
        self[name] = self._rows[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
        return self[name]


def _known(rows: pa.Table | _Chosen, name: str) -> "pa.ChunkedArray[Any]":
    """The column ``name``, which every eligible touchpoint must have filled."""
    if rows[name].null_count:
        raise ValueError(f"{name} is missing on {rows[name].null_count} eligible touchpoints")
    return rows[name]


def _ints(rows: pa.Table | _Chosen, name: str) -> Ints:
    values: Ints = _known(rows, name).cast(pa.int64()).to_numpy()
    return values


def _microseconds(times: "pa.ChunkedArray[Any]") -> Ints:
    """Microseconds UTC, ``UNKNOWN_TIME`` for null (NumPy's NaT is that number)."""
    values: Ints = times.cast(pa.timestamp("us")).to_numpy().view(np.int64)
    return values
