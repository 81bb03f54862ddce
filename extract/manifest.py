"""The manifest of a landing: the only place where a watermark lives, so that state moves in one rename."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from attribution_models.errors import BadInput

FILE_NAME = "manifest.json"
PARTIAL = ".partial"


@dataclass(frozen=True)
class TableState:
    """One table after this landing. Paths are relative to ``landing/<connector>``.

    ``files`` (good rows) and ``bad_files`` run in step, base first; the latest row per ``_record_id`` over both wins.
    ``rows``, ``bad_rows`` and ``deleted_rows`` count the state (deleted rows are among ``rows``), ``landed_rows`` what
    this run brought.
    """

    available: bool
    unavailable_reason: str | None = None
    files: tuple[str, ...] = ()
    bad_files: tuple[str, ...] = ()
    hashes: dict[str, str] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    rows: int = 0
    bad_rows: int = 0
    deleted_rows: int = 0
    landed_rows: int = 0
    is_full: bool = True
    full_reason: str | None = None
    watermark: str | None = None
    schema_seen: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """A complete landing. ``folder`` is ``landing/<connector>`` as this process sees it and is not stored."""

    folder: Path
    run_id: str
    connector: str
    extracted_at: datetime
    sequence: int
    previous_run_id: str | None
    tables: dict[str, TableState]

    @property
    def path(self) -> Path:
        return self.folder / self.run_id / FILE_NAME

    def to_json(self) -> str:
        content = {key: value for key, value in asdict(self).items() if key != "folder"}
        content["extracted_at"] = self.extracted_at.isoformat()
        return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def load_manifest(path: Path) -> Manifest:
    """The manifest at ``path``: the file itself, or the folder of its run.

    Raises:
        BadInput: there is none, or it is not what landing writes.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        tables = {name: _table_state(state) for name, state in content.pop("tables").items()}
        extracted_at = datetime.fromisoformat(content.pop("extracted_at"))
        return Manifest(folder=file.parent.parent, extracted_at=extracted_at, tables=tables, **content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInput(
            f"The landing manifest {file} can't be read: {error}",
            "Restore the landing folder from a backup, or move it away to start with a full extraction.",
        ) from error


def _table_state(content: dict[str, Any]) -> TableState:
    lists: dict[str, Any] = {name: tuple(content.pop(name)) for name in ("files", "bad_files", "extras")}
    return TableState(**lists, **content)


def complete_runs(folder: Path) -> Iterator[Manifest]:
    """Every complete landing under ``landing/<connector>``."""
    for file in sorted(folder.glob(f"*/{FILE_NAME}")):
        if not file.parent.name.endswith(PARTIAL):
            yield load_manifest(file)


def latest_manifest(landing_dir: Path, connector: str) -> Manifest | None:
    """The newest complete landing of ``connector``: its state. None before the first."""
    return max(complete_runs(landing_dir / connector), key=lambda manifest: manifest.sequence, default=None)


def file_hash(path: Path) -> str:
    """SHA-256 of the file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(manifest: Manifest) -> None:
    """Check that every landed file that makes up the state is there and unchanged since it was landed.

    Raises:
        BadInput: a file is gone or has other content.
    """
    for name, state in manifest.tables.items():
        for relative, expected in state.hashes.items():
            path = manifest.folder / relative
            if not path.is_file():
                raise BadInput(f"The landed file {path} of table {name} is gone.", _MEND)
            if file_hash(path) != expected:
                raise BadInput(f"The landed file {path} of table {name} was changed after it was landed.", _MEND)


_MEND = "Restore it from a backup, or run a full extraction, which lands every table anew."
