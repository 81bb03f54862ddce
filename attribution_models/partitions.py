"""What an executor does with one partition of a cluster: the same steps as on one machine, Arrow in and Arrow out.

A partition holds whole deals, sorted. Executors need this package with NumPy, SciPy, pandas,
pyarrow, pydantic and PyYAML.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from attribution_models.policy import Policy
from attribution_models.registry import Model
from attribution_models.run import CREDIT_SCHEMA, evidence_of, run

_EVIDENCE_TYPES: dict[str, pa.DataType] = {"model": pa.string(), "evidence": pa.binary()}
EVIDENCE_SCHEMA = pa.schema(_EVIDENCE_TYPES)
"""One row for each model and batch: what the model collected, as an Arrow stream."""

CREDITS_SCHEMA = pa.schema([pa.field("model", pa.string()), *CREDIT_SCHEMA])
"""``CREDIT_SCHEMA``, each row with its model before it."""


def collected(rows: Iterable[pa.RecordBatch], policy: Policy, models: Sequence[Model]) -> Iterator[pa.RecordBatch]:
    """What the learned ``models`` collect from rows of ``int_journey``, as batches of ``EVIDENCE_SCHEMA``."""
    for name, tables in evidence_of(rows, models, policy).items():
        packed = [{"model": name, "evidence": _packed(table)} for table in tables]
        yield pa.RecordBatch.from_pylist(packed, schema=EVIDENCE_SCHEMA)


def credited(rows: Iterable[pa.RecordBatch], policy: Policy, models: Sequence[Model]) -> Iterator[pa.RecordBatch]:
    """The credits of all ``models`` for rows of ``int_touch_creditable``, as batches of ``CREDITS_SCHEMA``.

    Raises:
        ValueError: as ``run`` does; a deal that was split over partitions is one that breaks what was promised.
    """
    for name, table in run(rows, policy, models):
        columns: list[Any] = [pa.repeat(pa.scalar(name), table.num_rows), *table.columns]
        yield from pa.table(columns, schema=CREDITS_SCHEMA).to_batches()


def unpacked(evidence: pa.Table, models: Sequence[Model]) -> dict[str, list[pa.Table]]:
    """The evidence of each learned model out of rows of ``EVIDENCE_SCHEMA``, in their order."""
    tables: dict[str, list[pa.Table]] = {model.name: [] for model in models if model.collect}
    for row in evidence.to_pylist():
        tables[row["model"]].append(pa.ipc.open_stream(row["evidence"]).read_all())
    return tables


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()
