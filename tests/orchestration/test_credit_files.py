"""Credits as files: the same bytes on any number of threads, all of them or none."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from attribution_models.run import CREDIT_SCHEMA, run
from orchestration.credit_files import write_credits
from tests.attribution_models.journeys import POLICY, RULE_MODELS, Deal, touch_table


def touches(deals: int = 60) -> pa.Table:
    """Deals of 1 to 8 touchpoints of 3 partners, with amounts that leave cents over."""
    return touch_table(
        Deal(f"D{i:03}", 1_000_01 + 7 * i, [(f"P{j % 3}", 90.0 - j, 0.1 * (j % 5)) for j in range(1 + i % 8)])
        for i in range(deals)
    )


def written(folder: Path, threads: int, batch_rows: int = 40) -> dict[str, bytes]:
    """The bytes of every file, by its path."""
    batches = touches().to_batches(max_chunksize=16)
    write_credits(batches, POLICY, RULE_MODELS, folder, threads=threads, batch_rows=batch_rows)
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*.parquet"))}


@pytest.mark.parametrize("threads", [2, 5])
def test_bytes_do_not_depend_on_the_number_of_threads(tmp_path: Path, threads: int) -> None:
    """One thread or many: the same files with the same bytes in them."""
    alone = written(tmp_path / "alone", threads=1)
    assert len(alone) > 3 * len(RULE_MODELS)
    assert written(tmp_path / "together", threads=threads) == alone


def test_the_files_hold_what_the_engine_gives(tmp_path: Path) -> None:
    """Every row of every model, in the order of deals, whatever the size of batches."""
    written(tmp_path / "credits", threads=2)
    expected = dict(run([touches()], POLICY, RULE_MODELS))
    for model in RULE_MODELS:
        files = f"{tmp_path}/credits/model={model.name}/*.parquet"
        query = f"select * exclude (model) from read_parquet('{files}', hive_partitioning = true, filename = false)"
        table = duckdb.sql(query).to_arrow_table()
        assert table.to_pylist() == expected[model.name].to_pylist()


def test_without_deals_there_are_files_without_rows(tmp_path: Path) -> None:
    """A view over the files can be made, with every column, also where nobody earned anything."""
    write_credits([], POLICY, RULE_MODELS, tmp_path / "credits", threads=2)
    rows = duckdb.sql(f"from read_parquet('{tmp_path}/credits/*/*.parquet', hive_partitioning = true)")
    assert rows.columns == [*CREDIT_SCHEMA.names, "model"]
    assert rows.fetchall() == []


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    """Half of the credits are worse than those of before: they never get the folder's name, and take up no disk."""
    before = written(tmp_path / "credits", threads=2)
    mistaken = replace(RULE_MODELS[-1], score=lambda touches, policy: np.full(touches.rows, np.nan))
    with pytest.raises(ValueError, match=f"model {mistaken.name}: .*not a number"):
        write_credits([touches()], POLICY, [*RULE_MODELS[:-1], mistaken], tmp_path / "credits", threads=2)
    files = {str(file.relative_to(tmp_path / "credits")) for file in (tmp_path / "credits").rglob("*.parquet")}
    assert files == set(before)
    assert [folder.name for folder in tmp_path.iterdir()] == ["credits"]


def test_batches_are_read_as_they_are_needed(tmp_path: Path) -> None:
    """With ten times the touchpoints no more of them are in memory: a batch is let go once its models have written."""
    most_held = [_most_batches_held(tmp_path / str(deals), deals) for deals in (60, 600)]
    assert max(most_held) <= 4


def _most_batches_held(folder: Path, deals: int) -> int:
    """How many batches more were read than the last model had written, at the worst."""
    file_count = len(RULE_MODELS)
    ahead = [0]

    def batches() -> Iterator[pa.RecordBatch]:
        for number, start in enumerate(range(0, deals, 10)):
            done = len(list(folder.with_name(f"{folder.name}.unfinished").rglob("part-*"))) // file_count
            ahead.append(number + 1 - done)
            yield touch_table(_deal(i) for i in range(start, start + 10)).to_batches()[0]

    write_credits(batches(), POLICY, RULE_MODELS, folder, threads=2, batch_rows=40)
    return max(ahead)


def _deal(number: int) -> Deal:
    return Deal(f"D{number:05}", 99_99, [("A", 9), ("B", 8), ("A", 7), ("C", 6)])
