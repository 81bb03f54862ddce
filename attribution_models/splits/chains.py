"""Multi-tier chains: a partner of the policy's types leaves a share of its credit to its parent, and so on upwards.

The partner keeps 1 - parent_share of what reaches it. A chain ends at a partner of another type, without a parent, with
an unknown one, or where it would come back to itself; who stands there keeps all that reached it, so no cent is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from attribution_models.allocate import allocate
from attribution_models.policy_splits import ChainRules
from attribution_models.splits.groups import of_counts, schema, scores_of

SCHEMA = schema(
    deal_id=pa.string(),
    partner_id=pa.string(),
    beneficiary_partner_id=pa.string(),
    level=pa.int32(),
    credit_cents=pa.int64(),
    chain_end=pa.string(),
)
"""``partner_id`` earned the credit; ``level`` counts the steps from it to who gets this part of it, 0 for itself."""

CYCLE, UNKNOWN = "cycle", "unknown_parent"


@dataclass(frozen=True)
class Partner:
    partner_type: str | None
    parent_id: str | None


@dataclass(frozen=True)
class Chain:
    """Who gets which share of a partner's credit; ``end`` says why it ended although ``parent_id`` is named."""

    beneficiaries: tuple[str, ...]
    shares: tuple[Fraction, ...]
    end: str | None = None
    parent_id: str | None = None


def chain_of(partner_id: str, partners: Mapping[str, Partner], rules: ChainRules) -> Chain:
    """The chain from a partner upwards; its shares sum to 1."""
    share = Fraction(str(rules.parent_share))
    beneficiaries, shares = [partner_id], [Fraction(1)]
    while (partner := partners.get(beneficiaries[-1])) and partner.partner_type in rules.partner_types:
        parent = partner.parent_id
        if parent is None:
            break
        if parent not in partners or parent in beneficiaries:
            end = CYCLE if parent in beneficiaries else UNKNOWN
            return Chain(tuple(beneficiaries), tuple(shares), end, parent)
        shares[-1:] = [shares[-1] * (1 - share), shares[-1] * share]
        beneficiaries.append(parent)
    return Chain(tuple(beneficiaries), tuple(shares))


def to_mend(partners: Mapping[str, Partner], rules: ChainRules) -> list[str]:
    """A sentence for each parent that is unknown or closes a circle: what is wrong in the partners, and what to do."""
    unknown: dict[str, str] = {}
    circles: dict[frozenset[str], list[str]] = {}
    for partner_id in sorted(partners):
        chain = chain_of(partner_id, partners, rules)
        if chain.parent_id and chain.end == UNKNOWN:
            unknown[chain.beneficiaries[-1]] = chain.parent_id
        if chain.parent_id and chain.end == CYCLE:
            circle = chain.beneficiaries[chain.beneficiaries.index(chain.parent_id) :]
            circles.setdefault(frozenset(circle), [*circle, chain.parent_id])
    return [
        *(
            f"partners: the parents of {' > '.join(circle)} go round in a circle, so their chains end where they would "
            "come back. Mend parent_partner_id of one of them."
            for circle in circles.values()
        ),
        *(
            f"partners: parent_partner_id {parent} of {child} is no partner, so {child} keeps the parent's share. "
            "Mend it, or deliver that partner."
            for child, parent in unknown.items()
        ),
    ]


def split(credits: pa.Table, partners: Mapping[str, Partner], rules: ChainRules) -> pa.Table:
    """``credits`` (deal_id, partner_id, credit_cents) over the chains of their partners, as ``SCHEMA``."""
    partner = credits["partner_id"].combine_chunks().dictionary_encode()
    chains = [chain_of(str(name), partners, rules) for name in partner.dictionary.to_pylist()]
    lengths = np.array([len(chain.shares) for chain in chains], dtype=np.int64)
    code = partner.indices.to_numpy().astype(np.int64)
    parts = of_counts(lengths[code])
    row = parts.of_row
    level = np.arange(len(row)) - parts.starts[row]
    place = (np.cumsum(lengths) - lengths)[code[row]] + level
    scores = np.array([score for chain in chains for score in scores_of(chain.shares)], dtype=np.float64)[place]
    cents = allocate(scores, parts.starts, parts.counts, credits["credit_cents"].to_numpy()).credit_cents
    beneficiaries = pa.array([name for chain in chains for name in chain.beneficiaries], pa.string())
    ends = pa.array([chain.end for chain in chains], pa.string())
    columns: list[Any] = [
        *(credits[name].take(row) for name in ("deal_id", "partner_id")),
        beneficiaries.take(place),
        pa.array(level, pa.int32()),
        cents,
        ends.take(code[row]),
    ]
    return pa.table(columns, schema=SCHEMA)
