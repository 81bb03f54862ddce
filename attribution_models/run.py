"""Scores and allocates, batch by batch: rows of ``int_touch`` in, one table of credits per model out.

Memory is bounded by the batch, never by the data. The sums are checked here, before anyone else sees a credit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from attribution_models.allocate import Allocation, allocate
from attribution_models.batches import KEYS, Batch, creditable_batch, whole_deals
from attribution_models.policy import Policy
from attribution_models.registry import Model, enabled_models
from attribution_models.types import Floats

_CREDIT_TYPES: dict[str, pa.DataType] = {
    "deal_id": pa.string(),
    "touchpoint_id": pa.string(),
    "partner_id": pa.string(),
    "position": pa.int32(),
    "score": pa.float64(),
    "share": pa.float64(),
    "credit_cents": pa.int64(),
    "remainder_cents": pa.int64(),
}
CREDIT_SCHEMA = pa.schema(_CREDIT_TYPES)
"""One row per eligible touchpoint of a creditable deal, zero credits included; ``share`` is credit / deal amount."""


@dataclass(frozen=True)
class ModelRun:
    """What a run did with one model: a row of ``engine.model_run``."""

    model: str
    is_full: bool
    is_additive: bool
    is_learned: bool
    gave_credit: bool
    reason: str | None
    formula: str
    sort_order: int

    def as_row(self) -> dict[str, object]:
        return asdict(self)


def model_runs(policy: Policy) -> list[ModelRun]:
    """The enabled models in the policy's order. Raises BadInput for a model that does not exist."""
    return [
        ModelRun(
            model=model.name,
            is_full=model.is_full,
            is_additive=model.is_additive,
            is_learned=model.is_learned,
            gave_credit=True,
            reason=None,
            formula=model.formula(policy),
            sort_order=order,
        )
        for order, model in enumerate(enabled_models(policy), start=1)
    ]


def run(
    batches: Iterable[pa.RecordBatch | pa.Table],
    policy: Policy,
    models: Sequence[Model] | None = None,
    batch_rows: int = 1_000_000,
) -> Iterator[tuple[str, pa.Table]]:
    """Credits of each model for each batch of whole deals, as (model name, table of ``CREDIT_SCHEMA``).

    ``batches`` are rows of ``int_touch`` sorted by deal_id and position (DuckDB's record batch reader as it comes);
    only ``is_creditable`` ones earn. ``models``: default the policy's.

    Raises:
        BadInput: the policy names an unknown model.
        ValueError: rows break what ``int_touch`` promises, a deal comes twice, or a model's scores or sums are wrong.
    """
    chosen = enabled_models(policy) if models is None else list(models)
    last_deal: str | None = None
    for table in whole_deals(batches, batch_rows):
        batch = creditable_batch(table)
        if not batch.rows.num_rows:
            continue
        deal_id = batch.rows["deal_id"]
        if last_deal is not None and deal_id[0].as_py() <= last_deal:
            raise ValueError(f"deal {deal_id[0].as_py()} comes after {last_deal}: touchpoints are not sorted by deal")
        last_deal = deal_id[-1].as_py()
        for model in chosen:
            yield model.name, credit_table(batch, model, policy)


def credit_table(batch: Batch, model: Model, policy: Policy) -> pa.Table:
    """The credits of one model for one batch."""
    touches = batch.touches
    scores = model.score(touches, policy)
    try:
        allocation = allocate(scores, touches.starts, touches.counts, batch.amount_cents, is_full=model.is_full)
    except ValueError as error:
        raise ValueError(f"model {model.name}: {error}") from error
    _check_sums(batch, model, allocation)
    columns: list[Any] = [batch.rows[name] for name in KEYS]
    columns += [batch.touches.position, scores, _shares(batch, allocation)]
    columns += [allocation.credit_cents, allocation.remainder_cents]
    return pa.table(columns, names=CREDIT_SCHEMA.names).cast(CREDIT_SCHEMA)


def _shares(batch: Batch, allocation: Allocation) -> Floats:
    amount = batch.touches.spread(batch.amount_cents).astype(np.float64)
    return np.divide(allocation.credit_cents, amount, out=np.zeros(len(amount)), where=amount != 0)


def _check_sums(batch: Batch, model: Model, allocation: Allocation) -> None:
    """The total is the authority: a full model gives out exactly the amount, another one never more."""
    given = np.add.reduceat(allocation.credit_cents, batch.touches.starts)
    wrong = given != batch.amount_cents if model.is_full else np.abs(given) > np.abs(batch.amount_cents)
    if wrong.any():
        deal = int(np.flatnonzero(wrong)[0])
        deal_id = batch.rows["deal_id"][int(batch.touches.starts[deal])].as_py()
        raise ValueError(
            f"model {model.name} gave {given[deal]} of the {batch.amount_cents[deal]} cents of deal {deal_id}"
        )
