"""Applies approved overrides (rule 12): a person set a partner's share of a deal, the model divides the rest.

A deal's cents go to its parts first, each overridden partner's share as it was written and the remainder, by the
allocator's own rule. A partner's part is divided over its touchpoints by the model's scores on the whole deal, equally
where they are all zero. The remainder is divided by the model over the touchpoints of the others, as if they alone had
worked on the deal; where there are no others, nobody takes it. How the rule's words are read: docs/decisions/0007.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from attribution_models.allocate import allocate, exact_parts
from attribution_models.batches import KEYS, Batch, creditable_batch
from attribution_models.policy import Policy
from attribution_models.registry import Model
from attribution_models.types import Floats, Ints

SHARE = "override_share"
"""The column of the share of its deal that an override sets for a touchpoint's partner; null without one."""

ORIGIN = "override"
"""The origin of a touchpoint that an override added: it takes money, but no model scores it."""


@dataclass(frozen=True, eq=False)
class Overridden:
    """The overridden deals of a batch, their money divided into parts: what all models share.

    ``rows`` is sorted by deal and position. ``scored`` are the rows that models score (not the added ones), as the
    whole deals of ``whole``. ``free`` are the rows of the other partners, as the deals of ``others``, whose amount is
    the remainder. ``held`` are the overridden partners' rows, a partner's together: part i has ``part_cents[i]`` for
    the ``part_counts[i]`` rows from ``part_starts[i]``.
    """

    rows: pa.Table
    scored: Ints
    whole: Batch | None
    free: Ints
    others: Batch | None
    held: Ints
    part_starts: Ints
    part_counts: Ints
    part_cents: Ints


def set_apart(table: pa.Table) -> tuple[pa.Table, pa.Table | None]:
    """Rows of whole deals as (those without overrides, the creditable ones with, if any); costs nothing without any."""
    if SHARE not in table.column_names or table[SHARE].null_count == table.num_rows:
        return table, None
    deals = pc.unique(table.filter(~pc.field(SHARE).is_null())["deal_id"])
    is_overridden = pc.field("deal_id").isin(deals)
    overridden = table.filter(is_overridden & pc.field("is_creditable"))
    return table.filter(~is_overridden), overridden if overridden.num_rows else None


def divided(table: pa.Table) -> Overridden:
    """The parts of each overridden deal of ``table``, creditable rows of whole deals.

    Raises:
        ValueError: the shares of a deal sum to more than 1, or are not the same on all rows of a partner.
    """
    rows = table.sort_by([("deal_id", "ascending"), ("position", "ascending")]).combine_chunks()
    parts = [part for deal in _deals(rows) for part in _parts(deal)]
    held = [part for part in parts if not part.is_rest]
    rest = {row: part.cents for part in parts if part.is_rest for row in part.rows}
    free = np.array(sorted(rest), dtype=np.int64)
    scored = np.array(
        [row for row, origin in enumerate(rows["origin"].to_pylist()) if origin != ORIGIN], dtype=np.int64
    )
    counts = np.array([len(part.rows) for part in held], dtype=np.int64)
    return Overridden(
        rows=rows,
        scored=scored,
        whole=_batch(rows, scored),
        free=free,
        others=_batch(_with_amounts(rows, free, [rest[int(row)] for row in free]), np.arange(len(free))),
        held=np.array([row for part in held for row in part.rows], dtype=np.int64),
        part_starts=np.cumsum(counts) - counts,
        part_counts=counts,
        part_cents=np.array([part.cents for part in held], dtype=np.int64),
    )


def overridden_credits(
    deals: Overridden, model: Model, policy: Policy, credit_table: Callable[[Batch, Model, Policy], pa.Table]
) -> pa.Table:
    """The credits of one model on overridden deals, a row for each of their touchpoints, the added ones too.

    ``credit_table`` credits deals without overrides: the remainder is divided over the others by the same steps.
    """
    scores, credit, remainder = np.zeros(deals.rows.num_rows), *np.zeros((2, deals.rows.num_rows), dtype=np.int64)
    if deals.whole:
        scores[deals.scored] = model.score(deals.whole.touches, policy)
    held = allocate(_claims(deals, scores), deals.part_starts, deals.part_counts, deals.part_cents)
    if not np.array_equal(np.add.reduceat(held.credit_cents, deals.part_starts), deals.part_cents):
        raise ValueError("a partner did not get the share that an override sets")
    credit[deals.held], remainder[deals.held] = held.credit_cents, held.remainder_cents
    if deals.others:
        table = credit_table(deals.others, model, policy)
        scores[deals.free], credit[deals.free] = table["score"].to_numpy(), table["credit_cents"].to_numpy()
        remainder[deals.free] = table["remainder_cents"].to_numpy()
    amount = deals.rows["amount_cents"].to_numpy()
    share = np.divide(credit, amount, out=np.zeros(len(amount)), where=amount != 0)
    columns: list[Any] = [deals.rows[name] for name in (*KEYS, "position")]
    columns += [scores, share, credit, remainder]
    return pa.table(columns, names=[*KEYS, "position", "score", "share", "credit_cents", "remainder_cents"])


@dataclass(frozen=True)
class _Row:
    number: int
    deal_id: str
    partner_id: str
    share: Fraction | None
    amount_cents: int


@dataclass(frozen=True)
class _Part:
    """``cents`` of a deal for these rows: one overridden partner's, or the rest."""

    rows: tuple[int, ...]
    cents: int
    is_rest: bool


def _deals(rows: pa.Table) -> Iterator[list[_Row]]:
    """The rows of each deal in order."""
    names = ("deal_id", "partner_id", SHARE, "amount_cents")
    columns = zip(*(rows[name].to_pylist() for name in names), strict=True)
    facts = [
        # The decimal that was written: 0.1 is a tenth.
        _Row(number, deal, partner, None if share is None else Fraction(str(share)), int(amount))
        for number, (deal, partner, share, amount) in enumerate(columns)
    ]
    for _, deal in groupby(facts, key=lambda row: row.deal_id):
        yield list(deal)


def _parts(deal: list[_Row]) -> list[_Part]:
    """The parts of a deal in the order of their first row, the rest too; nobody's rest comes last."""
    shares: dict[str | None, Fraction] = {}
    members: dict[str | None, list[int]] = {}
    for row in deal:
        owner = row.partner_id if row.share is not None else None
        members.setdefault(owner, []).append(row.number)
        if row.share is not None and shares.setdefault(owner, row.share) != row.share:
            raise ValueError(f"partner {row.partner_id} has two override shares on deal {row.deal_id}")
    members.setdefault(None, [])
    shares[None] = 1 - sum(shares.values(), Fraction(0))
    if shares[None] < 0 or any(share < 0 for share in shares.values()):
        raise ValueError(f"the override shares of deal {deal[0].deal_id} do not lie between 0 and 1 in all")
    cents = exact_parts([shares[owner] for owner in members], deal[0].amount_cents)
    return [_Part(tuple(rows), part, owner is None) for (owner, rows), part in zip(members.items(), cents, strict=True)]


def _claims(deals: Overridden, scores: Floats) -> Floats:
    """The scores of the overridden partners' rows; 1 for each row of a part that the model gives nothing."""
    claims = scores[deals.held]
    has_claim = np.add.reduceat(claims, deals.part_starts) > 0
    return np.where(np.repeat(has_claim, deals.part_counts), claims, 1.0)


def _with_amounts(rows: pa.Table, chosen: Ints, amounts: list[int]) -> pa.Table:
    """The ``chosen`` rows as deals of their own: positions counted anew, with these amounts."""
    table = rows.take(chosen)
    deal = table["deal_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    heads = np.flatnonzero(np.diff(deal, prepend=-1))
    position = np.arange(len(deal)) - np.repeat(heads, np.diff(heads, append=len(deal))) + 1
    for name, values in (("position", position), ("amount_cents", amounts)):
        table = table.set_column(table.column_names.index(name), name, pa.array(values, pa.int64()))
    return table


def _batch(rows: pa.Table, chosen: Ints) -> Batch | None:
    return creditable_batch(rows.take(chosen)) if len(chosen) else None
