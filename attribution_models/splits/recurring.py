"""Recurring revenue: renewals and expansions owe a share to the partner that sourced the account's first deal.

The share is first_year_share for a deal of the first year after that one, and yearly_factor of the year before's for
each further year, until the policy's years are over. What a person set by an override is kept whole, so the share is
of the rest. What is not owed stays with those who had it, the partners by their credit under the model and nobody by
what no partner had, so that each deal's parts sum to its amount.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from attribution_models.allocate import allocate
from attribution_models.policy_splits import RecurringRules
from attribution_models.splits.groups import Groups, groups, of_counts, schema, scores_of
from attribution_models.types import Flags, Ints

SCHEMA = schema(
    deal_id=pa.string(),
    part=pa.string(),
    partner_id=pa.string(),
    credit_cents=pa.int64(),
)
"""``part``: origin (owed to ``partner_id``), model (what the partner keeps), override (what a person set for it) or
direct (no partner)."""

ORIGIN, MODEL, OVERRIDE, DIRECT = "origin", "model", "override", "direct"


def owed_share(year: int, rules: RecurringRules) -> Fraction:
    """The share of a deal that closes in the ``year``-th year after the account's first one, 1 being the first."""
    if not 1 <= year <= rules.years:
        return Fraction(0)
    return Fraction(str(rules.first_year_share)) * Fraction(str(rules.yearly_factor)) ** (year - 1)


def split(credits: pa.Table, rules: RecurringRules) -> pa.Table:
    """Each deal of ``credits`` among its origin, its partners and nobody, as ``SCHEMA``; without parts of zero cents.

    ``credits`` has a deal's rows together, a row per partner in order, or one without partner for a deal that has none:
    deal_id, partner_id, credit_cents, is_set (by an override), and per deal amount_cents, origin_partner_id and year
    (0 where nothing is owed).
    """
    deals = groups(credits, "deal_id")
    heads = credits.take(deals.starts)
    had, amount = credits["credit_cents"].to_numpy(), heads["amount_cents"].to_numpy()
    is_set = credits["is_set"].to_numpy()
    free = amount - deals.sums(np.where(is_set, had, 0))
    owed = _owed(heads["year"].to_numpy(), free, rules)
    kept, direct = _kept(np.where(is_set, 0, had), deals, free, free - owed)
    tables = [
        _rows(heads["deal_id"], ORIGIN, heads["origin_partner_id"], owed),
        _rows(credits["deal_id"], OVERRIDE, credits["partner_id"], np.where(is_set, had, 0)),
        _rows(credits["deal_id"], MODEL, credits["partner_id"], kept),
        _rows(heads["deal_id"], DIRECT, pa.nulls(len(heads), pa.string()), direct),
    ]
    return pa.concat_tables(tables)


def _owed(years: Ints, cents: Ints, rules: RecurringRules) -> Ints:
    """Per deal, what of ``cents`` is owed to its origin."""
    owed = np.zeros_like(cents)
    for year in np.unique(years).tolist():
        if share := owed_share(year, rules):
            deals = np.flatnonzero(years == year)
            parts = of_counts(np.full(len(deals), 2))
            scores = np.tile(scores_of([share, 1 - share]), len(deals))
            owed[deals] = allocate(scores, parts.starts, parts.counts, cents[deals]).credit_cents[::2]
    return owed


def _kept(had: Ints, deals: Groups, free: Ints, rest: Ints) -> tuple[Ints, Ints]:
    """``rest`` of each deal, divided as the model divided ``free`` of it: per row its partner's, per deal nobody's."""
    parts = of_counts(deals.counts + 1)
    is_direct: Flags = np.zeros(len(had) + len(free), dtype=np.bool_)
    is_direct[parts.starts + parts.counts - 1] = True
    scores = np.empty(len(is_direct))
    scores[~is_direct], scores[is_direct] = had, free - deals.sums(had)
    cents = allocate(scores, parts.starts, parts.counts, rest).credit_cents
    return cents[~is_direct], cents[is_direct]


def _rows(
    deal_id: "pa.ChunkedArray[Any]", part: str, partner_id: "pa.Array[Any] | pa.ChunkedArray[Any]", cents: Ints
) -> pa.Table:
    columns: list[Any] = [deal_id, pa.array([part] * len(cents), pa.string()), partner_id, cents]
    table = pa.table(columns, schema=SCHEMA)
    return table.filter(pc.field("credit_cents") != 0)
