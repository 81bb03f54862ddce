"""Writes credits as Parquet: every model side by side on the cores that are there, all files or none.

A piece of deals under one model is one task, from its scores to its file, so nothing waits for its turn to write and
memory holds a few pieces, never the data. What is written does not depend on how many threads there are.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from attribution_models.compiled import load
from attribution_models.parallel import in_order
from attribution_models.policy import Policy
from attribution_models.registry import Model
from attribution_models.run import BATCH_ROWS, CREDIT_SCHEMA, Piece, crediting_models, credits_of, pieces

# Nearly every score and amount is one of its kind: a dictionary of them would cost most of the time and save nothing.
_ENCODINGS = {
    "position": "DELTA_BINARY_PACKED",
    "score": "BYTE_STREAM_SPLIT",
    "share": "BYTE_STREAM_SPLIT",
    "credit_cents": "BYTE_STREAM_SPLIT",
    "remainder_cents": "DELTA_BINARY_PACKED",
}


def write_credits(
    batches: Iterable[pa.RecordBatch | pa.Table],
    policy: Policy,
    models: Sequence[Model],
    folder: Path,
    *,
    threads: int,
    batch_rows: int = BATCH_ROWS,
) -> None:
    """``folder/model=<name>/part-<number>.parquet``, in the order of deals; part 0 is empty and always there.

    ``batches`` as for ``attribution_models.run.run``. The folder gets its name when all of it is written.

    Raises:
        ValueError: as ``run``; then ``folder`` is as it was before.
    """
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        for _ in in_order(chain([load], _work(batches, policy, models, unfinished, batch_rows)), threads):
            pass
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _work(
    batches: Iterable[pa.RecordBatch | pa.Table], policy: Policy, models: Sequence[Model], folder: Path, batch_rows: int
) -> Iterator[Callable[[], None]]:
    """One task for each file."""
    for model in models:
        yield partial(_write, CREDIT_SCHEMA.empty_table(), _part(folder, model, 0))
    for number, piece in enumerate(pieces(batches, batch_rows), start=1):
        for model in crediting_models(models):
            yield partial(_write_piece, piece, model, policy, _part(folder, model, number))


def _part(folder: Path, model: Model, number: int) -> Path:
    return folder / f"model={model.name}" / f"part-{number:06}.parquet"


def _write_piece(piece: Piece, model: Model, policy: Policy, file: Path) -> None:
    _write(credits_of(piece, model, policy), file)


def _write(table: pa.Table, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        table,
        file,
        compression="lz4",
        use_dictionary=["partner_id"],
        column_encoding=_ENCODINGS,
        write_statistics=["deal_id"],
    )
