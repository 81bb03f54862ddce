"""What one touchpoint that is missing, or logged twice, does to the other touchpoints of its deal."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from attribution_models.batches import Batch, creditable_batch
from attribution_models.policy import Policy
from attribution_models.registry import Model
from attribution_models.scorecard.measure import Measure, mean_measure
from attribution_models.scorecard.study import given_shares
from attribution_models.types import Floats, Ints

_ALL = 1.0 - 1e-9
"""A share of a deal that is all of it, but for rounding."""


@dataclass(frozen=True, eq=False)
class Trial:
    """Credited deals with at least two touchpoints as they are, and with one touchpoint each taken or repeated.

    ``chosen``: per deal, the row of that touchpoint. ``kept`` and ``doubled``: per row of the changed deals, the row of
    ``base`` that it was.
    """

    base: Batch
    chosen: Ints
    kept: Ints
    doubled: Ints

    @cached_property
    def less(self) -> Batch:
        return _renumbered(self.base.rows, self.kept)

    @cached_property
    def more(self) -> Batch:
        return _renumbered(self.base.rows, self.doubled)


def trial(credited: Batch, policy: Policy) -> Trial | None:
    """At most ``sensitivity_deals`` deals, chosen like their touchpoints by the policy's seed and the deals' ids."""
    touches = credited.touches
    keys = _mixed(credited.rows["deal_id"].take(touches.starts), policy.models.learned.seed)
    several = np.flatnonzero(touches.counts > 1)
    if not len(several):
        return None
    deals = np.sort(several[np.argsort(keys[several], kind="stable")][: policy.scorecard.sensitivity_deals])
    is_in = np.zeros(touches.deals, dtype=np.bool_)
    is_in[deals] = True
    base = creditable_batch(credited.rows.filter(pa.array(touches.spread(is_in))))
    place = (keys[deals] // np.uint64(2**16)) % base.touches.counts.astype(np.uint64)
    chosen = base.touches.starts + place.astype(np.int64)
    rows = np.arange(base.touches.rows)
    return Trial(base, chosen, np.delete(rows, chosen), np.sort(np.concatenate([rows, chosen])))


def one_touch_less(model: Model, deals: Trial, policy: Policy) -> Measure:
    """The mean distance between how the others divide a deal without the chosen touchpoint, and their old proportions.

    Where the chosen one had everything, the others had no proportion: all of the money moves to where none was.
    """
    touches = deals.base.touches
    before = _normalised(model, deals.base, policy)
    after = _normalised(model, deals.less, policy)
    own = before[deals.chosen]
    left = np.where(own < _ALL, 1 - own, 1.0)
    gap = np.abs(after - before[deals.kept] / left[touches.deal[deals.kept]])
    moved = np.where(own < _ALL, np.bincount(touches.deal[deals.kept], weights=gap) / 2, 1.0)
    return _mean(moved[np.isfinite(moved)], policy)


def one_touch_more(model: Model, deals: Trial, policy: Policy) -> Measure:
    """The mean share of a deal that is another partner's once the chosen touchpoint is there twice."""
    touches = deals.base.touches
    partner = touches.categories["partner_id"]
    pairs, place = np.unique(touches.deal * len(partner.values) + partner.codes, return_inverse=True)
    before = np.bincount(place, weights=_normalised(model, deals.base, policy))
    after = np.bincount(place[deals.doubled], weights=_normalised(model, deals.more, policy))
    moved = np.bincount(pairs // len(partner.values), weights=np.abs(after - before)) / 2
    return _mean(moved[np.isfinite(moved)], policy)


def _mean(moved: Floats, policy: Policy) -> Measure:
    if not len(moved):
        return Measure(deal_count=0, note="the model gives none of these deals to anyone")
    # To twelve decimals, so that what floats leave over where nothing moves is nothing.
    measured = mean_measure(np.round(moved, 12), policy)
    is_small = len(moved) < policy.scorecard.few_deals
    low, high = measured.value_low, measured.value_high
    return Measure(measured.value, low, high, deal_count=len(moved), is_small_sample=is_small)


def _normalised(model: Model, batch: Batch, policy: Policy) -> Floats:
    """Shares of what the model gives out on each deal; not a number where it gives nothing."""
    shares = given_shares(model, batch, policy)
    total = batch.touches.spread(batch.touches.sums(shares))
    normalised: Floats = np.divide(shares, total, out=np.full(len(shares), np.nan), where=total > 0)
    return normalised


def _renumbered(rows: pa.Table, index: Ints) -> Batch:
    """These rows of ``rows`` (a deal's together, in order) as a batch, with positions from 1 in each deal."""
    taken = rows.take(index).combine_chunks()
    deal_id = taken["deal_id"].to_pandas()
    position = deal_id.groupby(deal_id, sort=False).cumcount().to_numpy() + 1
    place = taken.schema.get_field_index("position")
    return creditable_batch(taken.set_column(place, "position", pa.array(position, pa.int32())))


def _mixed(deal_ids: "pa.ChunkedArray[pa.StringScalar]", seed: int) -> "npt.NDArray[np.uint64]":
    """A random number for each deal that its id and the seed decide."""
    keyed = [f"{seed}:{deal_id}" for deal_id in deal_ids.to_pylist()]
    return pd.util.hash_array(np.array(keyed, dtype=object))
