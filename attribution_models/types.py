"""The columns that a model sees: touchpoints sorted by deal and order, as parallel NumPy arrays, and no money.

Deals are runs of rows. ``starts`` and ``counts`` say where each run lies: every model is a few array operations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from attribution_models.segments import order_within

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

Scalar = TypeVar("Scalar", bound=np.generic)

UNKNOWN_TIME: int = int(np.iinfo(np.int64).min)
"""Stands for a time that is not known (NumPy's NaT): before every real time."""

MICROSECONDS_PER_DAY: int = 86_400_000_000


@dataclass(frozen=True)
class Category:
    """A text column as codes: row i holds ``values[codes[i]]``; a missing value is the empty text."""

    codes: Ints
    values: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PartnerRuns:
    """``order`` names the rows deal by deal, each deal's by partner, each partner's by position.

    Per partner of a deal: ``starts`` (its first place in ``order``), ``counts`` (its rows) and ``deal``.
    """

    order: Ints
    starts: Ints
    counts: Ints
    deal: Ints


@dataclass(frozen=True, eq=False)
class Touches:
    """Touchpoints of whole deals, sorted by deal, then by position (rule 9).

    Per row: ``position`` (1 to n), ``occurred_at`` (microseconds UTC), ``weight`` (influence weight, rule 11),
    ``categories`` (partner_id, channel, influence_type, partner_type, tier, stage_at_touch, activity_type, origin,
    deal_type, segment) and ``measures`` (engagement_depth: 0 to 1, of an integration its usage; NaN where unknown).
    Per deal: ``starts`` (its first row), ``counts`` (its rows, at least 1), and in microseconds UTC ``created_at``,
    ``closed_at`` (open deals: the as-of time) and ``last_stage_change_at`` (``UNKNOWN_TIME`` where there is none).
    """

    starts: Ints
    counts: Ints
    position: Ints
    occurred_at: Ints
    weight: Floats
    created_at: Ints
    closed_at: Ints
    last_stage_change_at: Ints
    categories: Mapping[str, Category]
    measures: Mapping[str, Floats]

    @property
    def rows(self) -> int:
        return len(self.position)

    @property
    def deals(self) -> int:
        return len(self.starts)

    @cached_property
    def deal(self) -> Ints:
        """Row to deal: the index of each row's deal."""
        return np.repeat(np.arange(self.deals), self.counts)

    @cached_property
    def first_row(self) -> Ints:
        """Per deal, the row of its first touchpoint."""
        return self.starts

    @cached_property
    def last_row(self) -> Ints:
        """Per deal, the row of its last touchpoint."""
        return self.starts + self.counts - 1

    @cached_property
    def size(self) -> Ints:
        """Per row, how many touchpoints its deal has."""
        return self.spread(self.counts)

    @cached_property
    def age_days(self) -> Floats:
        """Per row, fractional days from the touchpoint to the close of its deal."""
        return (self.spread(self.closed_at) - self.occurred_at) / MICROSECONDS_PER_DAY

    @cached_property
    def by_partner(self) -> PartnerRuns:
        """The rows of each deal with those of one partner together."""
        codes = self.categories["partner_id"].codes
        order = order_within(codes, self.starts, self.counts)
        is_head = np.diff(codes[order], prepend=-1) != 0
        is_head[self.starts] = True
        starts = np.flatnonzero(is_head)
        return PartnerRuns(order, starts, np.diff(starts, append=self.rows), self.deal[starts])

    @cached_property
    def touches_of_partner(self) -> Ints:
        """Per row, how many touchpoints the row's partner has on the row's deal."""
        runs = self.by_partner
        counts = np.empty(self.rows, dtype=np.int64)
        counts[runs.order] = np.repeat(runs.counts, runs.counts)
        return counts

    def spread(self, per_deal: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
        """A value per deal, repeated for each of its rows."""
        return np.repeat(per_deal, self.counts)

    def sums(self, per_row: Floats) -> Floats:
        """Sum per deal."""
        return np.add.reduceat(per_row, self.starts)

    def last_row_where(self, flag: Flags) -> Ints:
        """Per deal, its last row that carries ``flag``, or -1."""
        return np.maximum.reduceat(np.where(flag, np.arange(self.rows), -1), self.starts)


WON, LOST, OPEN = 1, 0, -1


@dataclass(frozen=True, eq=False)
class DealFacts:
    """What is known of deals apart from their touchpoints, one entry per deal: the data that models learn from.

    ``key`` is a stable random number per deal (a hash of its id): it picks samples and resamples that do not depend on
    the order of rows. ``outcome`` is WON, LOST or OPEN. Times are microseconds UTC, for open deals ``closed_at`` is the
    as-of time. ``categories``: deal_type, segment, region, source.
    """

    key: npt.NDArray[np.uint64]
    outcome: Ints
    amount_cents: Ints
    created_at: Ints
    closed_at: Ints
    categories: Mapping[str, Category]

    @property
    def deals(self) -> int:
        return len(self.key)


@dataclass(frozen=True, eq=False)
class Journeys:
    """Won, lost and open deals with their eligible touchpoints: what models learn from. They never earn credit here.

    ``touched`` is parallel to the deals of ``touches``; ``untouched`` are the deals without an eligible touchpoint.
    """

    touches: Touches
    touched: DealFacts
    untouched: DealFacts
