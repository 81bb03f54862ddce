"""What is known of each run: a folder of its own with a record that is written as the run happens, failed ones too.

Not Dagster's run storage: this record outlives it, and ``audit_run`` is built from it.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from attribution_models.errors import BadInput

RECORDS = frozenset({"run.json", "run.log", "quality", "writeback.txt", "writeback_sample.txt"})
"""What is kept of a run for good: its record, what it said, what its gates found and what it planned for the CRM."""

Status = Literal["running", "published", "failed"]


@dataclass(frozen=True)
class RunRecord:
    """One run, as ``run.json`` holds it. Times are ISO 8601 in UTC; counts are rows.

    ``as_of`` is None until the source has been asked for its clock.
    """

    run_id: str
    started_at: str
    as_of: str | None
    source: str
    writeback: str
    policy_hash: str
    primary_model: str
    status: Status = "running"
    finished_at: str | None = None
    error: str | None = None
    remedy: str | None = None
    exit_status: int = 0
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RunFolder:
    """The files of one run; everything is built here and published from here."""

    path: Path

    @property
    def record_file(self) -> Path:
        return self.path / "run.json"

    @property
    def warehouse(self) -> Path:
        return self.path / "warehouse.duckdb"

    @property
    def marts(self) -> Path:
        return self.path / "marts.duckdb"

    @property
    def credits(self) -> Path:
        return self.path / "credits"

    @property
    def report(self) -> Path:
        return self.path / "report"

    @property
    def crm_changes(self) -> Path:
        """Every change to the CRM that the run planned, old and new, as text."""
        return self.path / "writeback.txt"

    @property
    def crm_changes_sample(self) -> Path:
        """The first few of ``crm_changes`` for each object."""
        return self.path / "writeback_sample.txt"

    def read(self) -> RunRecord:
        return RunRecord(**json.loads(self.record_file.read_text(encoding="utf-8")))

    def write(self, record: RunRecord) -> None:
        """Replace the record in one step, so that a reader never meets half of it."""
        beside = self.record_file.with_suffix(".json.new")
        beside.write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
        beside.replace(self.record_file)

    def update(self, **changes: Any) -> RunRecord:  # noqa: ANN401 - the fields of RunRecord
        record = replace(self.read(), **changes)
        self.write(record)
        return record

    def count(self, **counts: int) -> None:
        self.update(counts={**self.read().counts, **counts})


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@contextmanager
def only_run(home: Path) -> Iterator[None]:
    """Hold the lock of ``home`` for one run.

    Raises:
        BadInput: another run holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadInput(
                f"Another run is working in {home}.", "Wait until it has ended; `dagster dev` shows what it is doing."
            ) from error
        yield


def discard_heavy_files(runs: Path, keep: int) -> None:
    """Remove all that was computed in runs but the newest ``keep``: what is known of a run stays (``RECORDS``)."""
    folders = sorted(runs.glob("*/run.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in folders[keep:]:
        for part in [part for part in file.parent.iterdir() if part.name not in RECORDS]:
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink(missing_ok=True)
