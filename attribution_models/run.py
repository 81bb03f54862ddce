"""Learns, scores and allocates, batch by batch: touchpoints in, one table of credits per model out.

Memory is bounded by the batch, never by the data. The sums are checked here, before anyone else sees a credit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from attribution_models.allocate import Allocation, allocate
from attribution_models.batches import KEYS, Batch, creditable_batch, journeys_batch, whole_deals
from attribution_models.compiled import load
from attribution_models.overrides import Overridden, divided, overridden_credits, set_apart
from attribution_models.parallel import in_order, one_blas_thread
from attribution_models.policy import Policy
from attribution_models.registry import Model, enabled_models
from attribution_models.types import Floats, Journeys

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
CREDIT_SCHEMA = pa.schema([pa.field(name, kind, nullable=False) for name, kind in _CREDIT_TYPES.items()])
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


BATCH_ROWS = 250_000
"""Touchpoints of a batch: the arrays of a few batches at once stay small, the cost of starting one is spread thin."""

Piece = Callable[[Model, Policy], pa.Table]
"""Touchpoints of whole deals, ready to be credited under any model, in any thread."""


def taught_models(
    batches: Iterable[pa.RecordBatch | pa.Table], policy: Policy, batch_rows: int = BATCH_ROWS, threads: int = 1
) -> list[Model]:
    """The enabled models in the policy's order, the learned ones with what ``batches`` taught them.

    ``batches`` are rows of ``int_journey``, a deal's rows together. They are read once, for all models.

    Raises:
        BadInput: the policy names an unknown model.
    """
    models = enabled_models(policy)
    return fitted(models, evidence_of(batches, models, policy, batch_rows, threads), policy)


def evidence_of(
    batches: Iterable[pa.RecordBatch | pa.Table],
    models: Sequence[Model],
    policy: Policy,
    batch_rows: int = BATCH_ROWS,
    threads: int = 1,
) -> dict[str, list[pa.Table]]:
    """What each learned model, by name, collects from each batch of whole deals."""
    collects = {model.name: model.collect for model in models if model.collect}
    thins = {model.name: model.thin for model in models if model.thin}
    evidence: dict[str, list[pa.Table]] = {name: [] for name in collects}
    tables = whole_deals(batches, batch_rows) if collects else ()
    work: Iterator[Callable[[], dict[str, pa.Table]]]
    work = chain([_ready], (partial(_collected, table, collects, policy) for table in tables))
    for found in in_order(work, threads):
        for name, table in found.items():
            held = [*evidence[name], table]
            evidence[name] = thins[name](held, policy) if name in thins else held
    return evidence


def _ready() -> dict[str, pa.Table]:
    """No evidence; done while the first batch is still being sorted."""
    load()
    return {}


def _collected(
    table: pa.Table, collects: Mapping[str, Callable[[Journeys, Policy], pa.Table]], policy: Policy
) -> dict[str, pa.Table]:
    journeys = journeys_batch(table)
    return {name: collect(journeys, policy) for name, collect in collects.items()}


@one_blas_thread
def fitted(models: Sequence[Model], evidence: Mapping[str, Sequence[pa.Table]], policy: Policy) -> list[Model]:
    """``models``, the learned ones with what the evidence of all batches taught them."""
    return [model.taught(model.fit(evidence[model.name], policy)) if model.fit else model for model in models]


def model_runs(models: Sequence[Model], policy: Policy) -> list[ModelRun]:
    """What is said of the models of a run, in their order."""
    return [
        ModelRun(
            model=model.name,
            is_full=model.is_full,
            is_additive=model.is_additive,
            is_learned=model.is_learned,
            gave_credit=model.reason is None,
            reason=model.reason,
            formula=model.formula(policy),
            sort_order=order,
        )
        for order, model in enumerate(models, start=1)
    ]


def run(
    batches: Iterable[pa.RecordBatch | pa.Table],
    policy: Policy,
    models: Sequence[Model],
    batch_rows: int = BATCH_ROWS,
) -> Iterator[tuple[str, pa.Table]]:
    """Credits of each model for each batch of whole deals, as (model name, table of ``CREDIT_SCHEMA``).

    ``batches`` are rows of ``int_touch_creditable`` (or of ``int_touch``, for credits without overrides) sorted by
    deal_id and position, as DuckDB's record batch reader comes; only ``is_creditable`` ones earn. A learned model is
    ``taught`` before; one with a ``reason`` gives nothing.

    Raises:
        ValueError: rows break what ``int_touch`` promises, a deal comes twice, or a model fails (it is named).
    """
    crediting = crediting_models(models)
    for piece in pieces(batches, batch_rows):
        for model in crediting:
            yield model.name, credits_of(piece, model, policy)


def crediting_models(models: Sequence[Model]) -> list[Model]:
    """Those that give credit: a learned one without enough to learn from gives none."""
    return [model for model in models if model.reason is None]


def credits_of(piece: Piece, model: Model, policy: Policy) -> pa.Table:
    """The credits of one model for one piece, as a table of ``CREDIT_SCHEMA``.

    Raises:
        ValueError: the model fails, or its scores or sums are wrong; it is named.
    """
    try:
        return piece(model, policy)
    except Exception as error:
        raise ValueError(f"model {model.name}: {error}") from error


def pieces(batches: Iterable[pa.RecordBatch | pa.Table], batch_rows: int = BATCH_ROWS) -> Iterator[Piece]:
    """The creditable deals of ``batches``, about ``batch_rows`` touchpoints at a time; the overridden ones apart.

    Raises:
        ValueError: rows break what ``int_touch`` promises, or a deal comes twice.
    """
    last_deal: str | None = None
    for rows in whole_deals(batches, batch_rows):
        table, overridden = set_apart(rows)
        if overridden is not None:
            yield partial(_overridden, divided(overridden))
        batch = creditable_batch(table)
        if not batch.rows.num_rows:
            continue
        deal_id = batch.rows["deal_id"]
        if last_deal is not None and deal_id[0].as_py() <= last_deal:
            raise ValueError(f"deal {deal_id[0].as_py()} comes after {last_deal}: touchpoints are not sorted by deal")
        last_deal = deal_id[-1].as_py()
        yield partial(credit_table, batch)


def _overridden(deals: Overridden, model: Model, policy: Policy) -> pa.Table:
    """The credits of one model for the overridden deals of one batch."""
    return overridden_credits(deals, model, policy, credit_table).cast(CREDIT_SCHEMA)


def credit_table(batch: Batch, model: Model, policy: Policy) -> pa.Table:
    """The credits of one model for one batch."""
    scores = model.score(batch.touches, policy)
    allocation = _divide(batch, scores, model) if model.is_additive else _give_each_partner(batch, scores)
    columns: list[Any] = [batch.rows[name] for name in KEYS]
    columns += [batch.touches.position, scores, _shares(batch, allocation)]
    columns += [allocation.credit_cents, allocation.remainder_cents]
    return pa.table(columns, names=CREDIT_SCHEMA.names).cast(CREDIT_SCHEMA)


def _divide(batch: Batch, scores: Floats, model: Model) -> Allocation:
    """The deal's amount, over all its touchpoints."""
    touches = batch.touches
    allocation = allocate(scores, touches.starts, touches.counts, batch.amount_cents, is_full=model.is_full)
    _check_sums(batch, model, allocation)
    return allocation


def _give_each_partner(batch: Batch, scores: Floats) -> Allocation:
    """The deal's whole amount to each of its partners, over that partner's touchpoints: not additive on purpose."""
    runs = batch.touches.by_partner
    by_partner = allocate(scores[runs.order], runs.starts, runs.counts, batch.amount_cents[runs.deal])
    credit, remainder = np.empty_like(runs.order), np.empty_like(runs.order)
    credit[runs.order], remainder[runs.order] = by_partner.credit_cents, by_partner.remainder_cents
    return Allocation(credit, remainder)


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
        raise ValueError(f"{given[deal]} of the {batch.amount_cents[deal]} cents of deal {deal_id} were given out")
