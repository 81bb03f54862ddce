"""The deals that models are judged on: decided ones, cut in two by their close, with the partners that touched them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from attribution_models.batches import Batch, creditable_batch, journeys_batch
from attribution_models.policy import Policy
from attribution_models.registry import Model
from attribution_models.run import taught_models
from attribution_models.types import MICROSECONDS_PER_DAY, UNKNOWN_TIME, WON, DealFacts, Flags, Floats, Ints

_QUICK_BOOTSTRAP = 20
"""Models are taught again for their scores alone: nobody reads their intervals, so they get the fewest resamples."""


@dataclass(frozen=True, eq=False)
class Study:
    """Decided deals with an eligible touchpoint, and the credited ones among them.

    Per deal: ``is_won``, ``is_past`` (closed up to the cut), ``quarter`` (a running number, in the policy's time zone
    and fiscal year). Per pair, a deal and one of its partners: ``pair_deal``, ``pair_partner`` (codes). Per touchpoint
    of ``credited``: ``row_pair``. ``cut_at``: microseconds UTC. ``cycle_days``: creation to close of every won deal.
    """

    is_won: Flags
    is_past: Flags
    quarter: Ints
    pair_deal: Ints
    pair_partner: Ints
    partners: int
    credited: Batch
    row_pair: Ints
    cut_at: int
    past_journeys: pa.Table
    cycle_days: Floats

    @property
    def deals(self) -> int:
        return len(self.is_won)

    def per_pair(self, per_row: Floats) -> Floats:
        """A value per credited touchpoint, added up for each deal and partner."""
        return np.bincount(self.row_pair, weights=per_row, minlength=len(self.pair_deal)).astype(np.float64)

    @property
    def pair_amount(self) -> Floats:
        """Per pair, the amount of its deal in cents; 0 where the deal earns no credit."""
        amount = np.zeros(len(self.pair_deal))
        amount[self.row_pair] = self.credited.touches.spread(self.credited.amount_cents)
        return amount


def study(touches: pa.Table, journeys: pa.Table, policy: Policy) -> Study | None:
    """The decided deals of ``journeys`` (rows of ``int_journey``) and those of ``touches`` (``int_touch``) with credit.

    None where no decided deal has an eligible touchpoint.
    """
    decided = journeys.filter(pc.field("outcome") != "open")
    data = journeys_batch(decided)
    if not data.touched.deals:
        return None
    cut_at = _cut(np.concatenate([data.touched.closed_at, data.untouched.closed_at]), policy)
    partner = data.touches.categories["partner_id"]
    partners = len(partner.values)
    pairs = np.unique(data.touches.deal * partners + partner.codes)
    deal_ids = pd.Index(
        decided.filter(~pc.field("touchpoint_id").is_null())["deal_id"].unique().to_pandas()
    ).sort_values()
    credited = creditable_batch(touches.filter(pc.field("deal_id").isin(deal_ids.to_list())))
    deal = deal_ids.get_indexer(pd.Index(credited.rows["deal_id"].to_pandas()))
    codes = pd.Index(partner.values).get_indexer(pd.Index(credited.rows["partner_id"].to_pandas()))
    return Study(
        is_won=data.touched.outcome == WON,
        is_past=data.touched.closed_at <= cut_at,
        quarter=quarters(data.touched.closed_at, policy),
        pair_deal=pairs // partners,
        pair_partner=pairs % partners,
        partners=partners,
        credited=credited,
        row_pair=np.searchsorted(pairs, deal * partners + codes),
        cut_at=cut_at,
        past_journeys=decided.filter(pc.field("closed_at") <= as_scalar(cut_at)),
        cycle_days=np.concatenate([_cycle_days(data.touched), _cycle_days(data.untouched)]),
    )


def _cut(closes: Ints, policy: Policy) -> int:
    """The close that ``test_share`` of the decided deals come after."""
    ordered = np.sort(closes)
    return int(ordered[max(int(np.ceil(len(ordered) * (1 - policy.scorecard.test_share))) - 1, 0)])


def _cycle_days(deals: DealFacts) -> Floats:
    known = (deals.outcome == WON) & (deals.created_at != UNKNOWN_TIME)
    days: Floats = (deals.closed_at[known] - deals.created_at[known]) / MICROSECONDS_PER_DAY
    return days


def quarters(times: Ints, policy: Policy) -> Ints:
    """The fiscal quarter of each time (microseconds UTC) as a running number, in the policy's time zone."""
    local = pd.DatetimeIndex(times.view("datetime64[us]")).tz_localize("UTC").tz_convert(policy.zone)
    months = np.asarray(local.year) * 12 + np.asarray(local.month) - policy.fiscal_year_start_month
    number: Ints = (months // 3).astype(np.int64)
    return number


def models_at_cut(data: Study, policy: Policy) -> list[Model]:
    """The enabled models as they were at the cut: the learned ones taught anew, from deals that had closed by then."""
    learned = policy.models.learned.model_copy(update={"bootstrap_samples": _QUICK_BOOTSTRAP})
    quick = policy.model_copy(update={"models": policy.models.model_copy(update={"learned": learned})})
    return taught_models([data.past_journeys], quick)


def given_shares(model: Model, batch: Batch, policy: Policy) -> Floats:
    """The share of its deal that each touchpoint of ``batch`` gets, before cents and before any override."""
    touches = batch.touches
    scores = model.score(touches, policy)
    if not model.is_additive:
        return _of_partner(batch, scores)
    total = touches.sums(scores)
    total = total if model.is_full else np.maximum(total, 1.0)
    return np.divide(scores, touches.spread(total), out=np.zeros_like(scores), where=touches.spread(total) > 0)


def _of_partner(batch: Batch, scores: Floats) -> Floats:
    """Each partner has the whole deal, over its touchpoints."""
    partner = batch.touches.categories["partner_id"]
    pair = batch.touches.deal * len(partner.values) + partner.codes
    _, place = np.unique(pair, return_inverse=True)
    total = np.bincount(place, weights=scores)[place]
    return np.divide(scores, total, out=np.zeros_like(scores), where=total > 0)


def as_scalar(microseconds: int) -> pa.TimestampScalar:
    """Microseconds UTC as Arrow's time."""
    return pa.scalar(microseconds, pa.timestamp("us"))
