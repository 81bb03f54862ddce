"""Co-sell pools: the roles on a deal have shares of it, divided among the partners that played them.

What the model gave the deal's partners is divided again: over the roles that somebody played, in proportion to the
policy's shares (so a role that nobody played leaves its share to the others), and within a role by the model's credit,
equally where the model gave it nothing. A partner whose share a person set by an override keeps it, outside the pools.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from attribution_models.allocate import allocate
from attribution_models.policy_splits import PoolRules
from attribution_models.shapes import whole_parts
from attribution_models.splits.groups import Groups, claims, groups, schema
from attribution_models.types import Ints

SCHEMA = schema(
    deal_id=pa.string(),
    role=pa.string(),
    partner_id=pa.string(),
    credit_cents=pa.int64(),
)
OVERRIDE = "override"
"""Stands in the place of a role for what an override sets."""


def split(credits: pa.Table, rules: PoolRules) -> pa.Table:
    """``credits`` of each deal over its pools, as ``SCHEMA``; a deal's sum stays what it was.

    ``credits`` has a deal's rows together and within it a role's, a row per partner in order: deal_id, role,
    partner_id, credit_cents.
    """
    is_pooled = pc.field("role") != OVERRIDE
    kept, pooled = credits.filter(~is_pooled), credits.filter(is_pooled).combine_chunks()
    had = pooled["credit_cents"].to_numpy()
    pools = groups(pooled, "deal_id", "role")
    pool_cents = _pool_cents(pooled, pools, had, rules)
    cents = allocate(claims(had, pools), pools.starts, pools.counts, pool_cents).credit_cents
    pooled = pooled.set_column(pooled.column_names.index("credit_cents"), "credit_cents", pa.array(cents))
    return pa.concat_tables([table.select(SCHEMA.names).cast(SCHEMA) for table in (pooled, kept)])


def _pool_cents(rows: pa.Table, pools: Groups, had: Ints, rules: PoolRules) -> Ints:
    """The cents of each pool: what the deal's partners had, over the roles that were played."""
    heads = rows.take(pools.starts)
    deals = groups(heads, "deal_id")
    weights = dict(zip(map(str, rules.shares), whole_parts(*rules.shares.values()), strict=True))
    shares = np.array([weights[str(role)] for role in heads["role"].to_pylist()], dtype=np.int64)
    return allocate(claims(shares, deals), deals.starts, deals.counts, deals.sums(pools.sums(had))).credit_cents
