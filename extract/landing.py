"""Landing: a connector's tables as immutable Parquet of one run, made current by one rename, or not at all.

Everything is written to ``<run_id>.partial`` and renamed at the end; the manifest inside is the only state there is.
A killed run leaves a ``.partial`` folder that nobody reads and that the next run removes.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from extract.connector import Connector
from extract.contract import TABLES
from extract.disk import clear_disk_errors, only_one, sync_file, sync_folder
from extract.landing_table import Place, land_table
from extract.manifest import FILE_NAME, PARTIAL, Manifest, TableState, latest_manifest, load_manifest, verify
from extract.state import bad_row_sql, landed_state_sql, landed_table_sql

__all__ = [
    "Manifest",
    "TableState",
    "bad_row_sql",
    "land",
    "landed_state_sql",
    "landed_table_sql",
    "latest_manifest",
    "load_manifest",
    "verify",
]
OnTable = Callable[[str, TableState], None]


@dataclass(frozen=True)
class _Run:
    connector: Connector
    root: Path
    run_id: str
    extracted_at: datetime
    bad_row_share: float
    full: bool
    on_table: OnTable | None

    @property
    def partial(self) -> Path:
        return self.root / f"{self.run_id}{PARTIAL}"


def land(  # noqa: PLR0917 - the agreed interface
    connector: Connector,
    landing_dir: Path,
    run_id: str,
    extracted_at: datetime,
    policy_bad_row_share: float,
    full: bool = False,
    on_table: OnTable | None = None,
) -> Manifest:
    """Land every contract table of ``connector`` as run ``run_id`` and make it current in one step.

    ``extracted_at`` carries its offset. ``policy_bad_row_share`` is the share of a table's rows (0 to 1) that may be
    bad; ``full`` reads everything anew and finds what was deleted for good. ``on_table`` hears of each table as it is
    written. A run that was landed already is returned as it is.

    Raises:
        BadInput: the source can't be read, a table has too many bad rows, the disk is full, or another run lands now.
            Nothing is made current then.
    """
    run = _Run(connector, landing_dir / connector.name, run_id, extracted_at, policy_bad_row_share, full, on_table)
    with clear_disk_errors(landing_dir):
        run.root.mkdir(parents=True, exist_ok=True)
        with only_one(run.root):
            if (run.root / run_id / FILE_NAME).is_file():
                return load_manifest(run.root / run_id)
            return _land_anew(run, latest_manifest(landing_dir, connector.name))


def _land_anew(run: _Run, previous: Manifest | None) -> Manifest:
    for stale in run.root.glob(f"*{PARTIAL}"):
        shutil.rmtree(stale)
    with _gone_on_failure(run.partial):
        manifest = Manifest(
            folder=run.root,
            run_id=run.run_id,
            connector=run.connector.name,
            extracted_at=run.extracted_at,
            sequence=previous.sequence + 1 if previous else 1,
            previous_run_id=previous.run_id if previous else None,
            tables=_land_tables(run, previous if previous and _files_are_there(previous) else None),
        )
        _publish(manifest, run.partial)
    return manifest


@contextmanager
def _gone_on_failure(folder: Path) -> Iterator[None]:
    folder.mkdir()
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _land_tables(run: _Run, previous: Manifest | None) -> dict[str, TableState]:
    tables: dict[str, TableState] = {}
    with duckdb.connect() as connection:
        for read in run.connector.extract(tuple(TABLES), previous, run.extracted_at, run.full):
            before = previous.tables.get(read.table) if previous else None
            place = Place(run.root, run.partial, run.run_id, read.table)
            tables[read.table] = land_table(connection, read, before, place, run.bad_row_share)
            if run.on_table:
                run.on_table(read.table, tables[read.table])
    return {name: tables[name] for name in TABLES}


def _files_are_there(manifest: Manifest) -> bool:
    """False after somebody removed landed files: the next landing then reads everything anew."""
    return all((manifest.folder / name).is_file() for state in manifest.tables.values() for name in state.hashes)


def _publish(manifest: Manifest, partial: Path) -> None:
    """Manifest last, everything synced, then the one step that makes the landing current."""
    file = partial / FILE_NAME
    file.write_text(manifest.to_json(), encoding="utf-8")
    sync_file(file)
    sync_folder(partial)
    partial.rename(manifest.folder / manifest.run_id)
    sync_folder(manifest.folder)
