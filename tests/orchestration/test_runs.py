"""The record of runs: written as they happen, read back by SQL, and one run at a time."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from attribution_models.errors import BadInput
from orchestration.as_of import parse_as_of
from orchestration.failures import explain
from orchestration.runs import RunFolder, RunRecord, discard_heavy_files, only_run
from orchestration.warehouse import run_history_select


def started(runs: Path, run_id: str, **values: object) -> RunFolder:
    folder = RunFolder(runs / run_id)
    folder.path.mkdir(parents=True)
    moment = "2026-10-01T06:00:00.000000+00:00"
    record = RunRecord(run_id, moment, moment, "files:x", "off", "hash", "linear")
    folder.write(record)
    folder.update(**values)
    return folder


def test_every_run_is_in_the_history_failed_ones_too(tmp_path: Path) -> None:
    """audit_run reads the records as they are, with times in UTC and counts as columns."""
    started(tmp_path, "a", status="published").count(deals_in=3)
    started(tmp_path, "b", status="failed", error="no disk")
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select run_id, status, error, deals_in, as_of from ({run_history_select(tmp_path)}) order by run_id"
        ).fetchall()
    moment = datetime(2026, 10, 1, 6)  # noqa: DTZ001 - SQL timestamps are UTC and naive
    assert rows == [("a", "published", None, 3, moment), ("b", "failed", "no disk", None, moment)]


def test_only_one_run_works_in_a_home(tmp_path: Path) -> None:
    """The second is refused, and the lock is free when the first has ended."""
    with only_run(tmp_path), pytest.raises(BadInput, match="Another run"), only_run(tmp_path):
        pass
    with only_run(tmp_path):
        pass


def test_old_warehouses_go_and_records_stay(tmp_path: Path) -> None:
    """Disk does not fill up with what old runs computed, whatever it is called; what is known of them does not go."""
    folders = [started(tmp_path, str(number)) for number in range(4)]
    for age, folder in enumerate(folders):
        folder.warehouse.touch()
        folder.crm_changes.touch()
        for name in ("credits", "learned", "of_a_later_version", "quality"):
            (folder.path / name).mkdir()
            (folder.path / name / "part.parquet").touch()
        os.utime(folder.record_file, (age, age))
    discard_heavy_files(tmp_path, keep=2)
    left = [sorted(part.name for part in folder.path.iterdir()) for folder in folders]
    assert left[:2] == [["quality", "run.json", "writeback.txt"]] * 2
    assert (
        left[2]
        == left[3]
        == sorted(
            ["credits", "learned", "of_a_later_version", "quality", "run.json", "warehouse.duckdb", "writeback.txt"]
        )
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-09-30", datetime(2026, 9, 30, 4, tzinfo=UTC)),
        ("2026-09-30T06:00:00Z", datetime(2026, 9, 30, 6, tzinfo=UTC)),
        ("2026-09-30T06:00:00", datetime(2026, 9, 30, 6, tzinfo=UTC)),
        ("2026-09-30T06:00:00+02:00", datetime(2026, 9, 30, 4, tzinfo=UTC)),
    ],
)
def test_an_as_of_is_read_as_written(text: str, expected: datetime) -> None:
    """A date alone is its start in the policy's time zone; no offset means UTC."""
    assert parse_as_of(text, ZoneInfo("America/New_York")) == expected


def test_the_cause_is_found_under_what_frameworks_wrap_around_it() -> None:
    """Bad input and a full disk end in status 2 however deep they lie; a bug ends in 1."""
    wrapped = wrap(BadInput("No such table.", "Give one."))
    assert (explain(wrapped).problem, explain(wrapped).exit_status) == ("No such table.", 2)
    assert explain(wrap(OSError(errno.ENOSPC, "No space left on device"))).exit_status == 2
    assert explain(wrap(ZeroDivisionError("division by zero"))).exit_status == 1


def wrap(cause: Exception) -> Exception:
    try:
        try:
            raise cause
        except Exception as error:
            raise RuntimeError("a step failed") from error
    except RuntimeError as wrapped:
        return wrapped
