"""Evidence of winning: one row per decided deal, with the doses of its touchpoints by what they are.

Open deals have no outcome and teach nothing here. Of more deals than the policy asks for, those with the smallest keys
stay: the same ones whatever the batches are.
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from attribution_models.policy import Policy
from attribution_models.types import MICROSECONDS_PER_DAY, OPEN, UNKNOWN_TIME, WON, DealFacts, Floats, Ints, Journeys
from attribution_models.winning.doses import Kinds, kinds_of, left_at_close, strengths

LEVELS = ("deal_type", "segment", "region")
"""What was known of a deal, in words. Its source is not among it: partner referrals are the sources' own effect."""

SEPARATOR = "\x1f"
"""Between influence type, what was done, and channel, in the name of a pair."""

_FIELDS: list[tuple[str, pa.DataType]] = [
    ("key", pa.uint64()),
    ("won", pa.bool_()),
    ("closed_at", pa.int64()),
    *[(name, pa.string()) for name in LEVELS],
    ("amount_cents", pa.int64()),
    ("open_days", pa.float64()),
    ("pair", pa.list_(pa.string())),
    ("touchpoint_count", pa.list_(pa.int32())),
    ("dose", pa.list_(pa.float32())),
]
SCHEMA = pa.schema(_FIELDS)
"""``pair``: each kind and channel on the deal; ``dose``: for each pair, its dose under each half-life in turn."""


def collect_winning(journeys: Journeys, policy: Policy) -> pa.Table:
    """One row per decided deal of the batch."""
    touched = journeys.touched
    doses = _doses(journeys, policy)
    untouched = [pa.array([[]] * journeys.untouched.deals, kind) for _, kind in _FIELDS[-len(doses) :]]
    tables = [
        pa.table([*_facts(facts), *lists], schema=SCHEMA).take(np.flatnonzero(facts.outcome != OPEN))
        for facts, lists in ((touched, doses), (journeys.untouched, untouched))
    ]
    return sampled(tables, policy)


def thinned(evidence: Sequence[pa.Table], policy: Policy) -> list[pa.Table]:
    """The same evidence in at most twice the rows that are learned from: memory does not grow with the data."""
    rows = sum(table.num_rows for table in evidence)
    return list(evidence) if rows <= 2 * policy.models.ai_weighted.most_deals else [sampled(evidence, policy)]


def sampled(evidence: Sequence[pa.Table], policy: Policy) -> pa.Table:
    """The deals to learn from, in the order of their keys."""
    deals = pa.concat_tables([SCHEMA.empty_table(), *evidence])
    order = np.argsort(deals["key"].to_numpy(), kind="stable")
    return deals.take(order[: policy.models.ai_weighted.most_deals]).combine_chunks()


def _facts(deals: DealFacts) -> list[Any]:
    open_days = (deals.closed_at - deals.created_at) / MICROSECONDS_PER_DAY
    levels = [deals.categories[name] for name in LEVELS]
    return [
        pa.array(deals.key),
        pa.array(deals.outcome == WON),
        pa.array(deals.closed_at),
        *[pa.array(np.array((*level.values, ""), dtype=object)[level.codes], pa.string()) for level in levels],
        pa.array(deals.amount_cents),
        pa.array(np.where(deals.created_at == UNKNOWN_TIME, np.nan, open_days)),
    ]


def _doses(journeys: Journeys, policy: Policy) -> list[Any]:
    """``pair``, ``touchpoint_count`` and ``dose`` of the touched deals."""
    touches = journeys.touches
    kinds = kinds_of(touches)
    names, pair = _pairs(kinds, touches.categories["channel"].codes, touches.categories["channel"].values)
    cell = touches.deal * max(len(names), 1) + pair
    cells, place = np.unique(cell, return_inverse=True)
    deal = cells // max(len(names), 1)
    offsets = np.append(np.searchsorted(deal, np.arange(touches.deals)), len(cells)).astype(np.int32)
    strength = strengths(touches, kinds, policy)
    doses = [
        np.bincount(place, strength * left_at_close(touches, kinds, days), len(cells))
        for days in policy.models.ai_weighted.half_life_days
    ]
    text = pa.array(names, pa.string()).take(pa.array(cells % max(len(names), 1)))
    counts = np.bincount(place, minlength=len(cells)).astype(np.int32)
    flat = np.column_stack(doses).astype(np.float32).ravel()
    lists: Any = pa.ListArray
    return [
        lists.from_arrays(pa.array(offsets), text),
        lists.from_arrays(pa.array(offsets), pa.array(counts)),
        lists.from_arrays(pa.array(offsets * np.int32(len(doses))), pa.array(flat)),
    ]


def _pairs(kinds: Kinds, channel: Ints, channels: tuple[str, ...]) -> tuple[list[str], Ints]:
    """Names of the pairs of kind and channel that occur, and each row's place among them."""
    code = kinds.codes * max(len(channels), 1) + channel
    seen = np.flatnonzero(np.bincount(code, minlength=len(kinds.values) * max(len(channels), 1)))
    names = [SEPARATOR.join((*kinds.values[one // len(channels)], channels[one % len(channels)])) for one in seen]
    return names, np.searchsorted(seen, code)


def flat_doses(deals: pa.Table, half_lives: int) -> tuple[Ints, Any, Ints, Floats]:
    """Deal, pair's name, number of touchpoints and doses (pairs x half-lives) of each pair on each deal."""
    lists, counted, dosed = (cast(Any, deals[name].combine_chunks()) for name in ("pair", "touchpoint_count", "dose"))
    deal = np.repeat(np.arange(deals.num_rows), pc.list_value_length(lists).to_numpy())
    counts = counted.flatten().to_numpy().astype(np.int64)
    doses = dosed.flatten().to_numpy().astype(np.float64)
    return deal, lists.flatten(), counts, doses.reshape(-1, half_lives)
