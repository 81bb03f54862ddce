"""Landing: whole or not at all, immutable, and a state in which each record stands once, in its latest version."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution_models.errors import BadInput
from extract import landing_table
from extract.contract import TABLES
from extract.disk import clear_disk_errors, only_one
from extract.files import FilesConnector
from extract.landing import Manifest, land, landed_state_sql, latest_manifest, load_manifest, verify
from extract.schema import SQL_TYPES, TRACE_FIELDS
from tests.extract.landings import AT, REQUIRED, SmallCrm, bad_rows, column, deal, landed_tables, query, state

Source = Callable[..., Path]
Land = Callable[..., Manifest]


def amounts(manifest: Manifest) -> dict[str, Decimal | None]:
    """Amounts of the state's deals that are not deleted, by deal."""
    return {row["deal_id"]: row["amount"] for row in state(manifest, "deals") if not row["_is_deleted"]}


def land_small(crm: SmallCrm, folder: Path, run_id: str, **options: Any) -> Manifest:
    return land(crm, folder, run_id, AT, options.pop("share", 1.0), **options)


def test_every_view_has_the_contract_columns_typed(source: Source, land_files: Land) -> None:
    """Available or not, a landed table has the contract's columns in order, then the trace, in the agreed types."""
    manifest = land_files(source())
    for table in TABLES.values():
        names = [(column.name, SQL_TYPES[column.kind]) for column in table.columns]
        names += [(name, sql) for name, _, sql in TRACE_FIELDS]
        described = query(f"describe {landed_state_sql(manifest, table.name)}")
        assert [(row["column_name"], row["column_type"].lower().replace(",", ", ")) for row in described] == names


def test_the_manifest_comes_back_as_it_was_written(source: Source, land_files: Land) -> None:
    """What a later run reads of a landing is what this run knew."""
    manifest = land_files(source())
    assert load_manifest(manifest.path) == load_manifest(manifest.path.parent) == manifest
    assert latest_manifest(manifest.folder.parent, "files") == manifest
    assert json.loads(manifest.path.read_text())["tables"]["deals"]["rows"] == 1


def test_a_landing_counts_what_it_holds(source: Source, land_files: Land) -> None:
    """Rows, bad rows and deleted rows of the state are in the manifest and in the landed_table view."""
    rows = [deal("D1"), deal("D2", "x"), deal("D3", is_deleted="true", updated_at="2026-05-01T10:00:00Z")]
    manifest = land_files(source(deals=rows))
    row = landed_tables(manifest)["deals"]
    assert (row["row_count"], row["bad_row_count"], row["deleted_row_count"]) == (2, 1, 1)
    assert row["newest_updated_at"] == datetime(2026, 5, 1, 10)  # noqa: DTZ001
    assert len(state(manifest, "deals")) == 2
    assert len(bad_rows(manifest)) == 1


def test_a_run_that_was_landed_is_returned_as_it_is(source: Source, land_files: Land) -> None:
    """A step that is tried again after it had succeeded changes nothing: landed files are immutable."""
    first = land_files(source())
    again = land_files(source(deals=[deal("D9")]))
    assert again == first
    verify(first)


@pytest.mark.parametrize(("bad", "stops"), [(1, False), (2, True)])
def test_the_share_of_bad_rows_is_held_at_its_boundary(bad: int, stops: bool, source: Source, land_files: Land) -> None:
    """Exactly the policy's share of bad rows may be left out; one more stops the run and shows the first cells."""
    folder = source(deals=[deal(f"D{n}", "many" if n < bad else "1") for n in range(20)])
    if not stops:
        assert len(bad_rows(land_files(folder, share=0.05))) == bad
        return
    with pytest.raises(BadInput) as caught:
        land_files(folder, share=0.05)
    assert "deals: 2 of 20 rows (10.0%) are bad, more than the 5.0%" in str(caught.value)
    assert "deals.csv row 2, amount 'many': not a plain number" in str(caught.value)


def test_too_many_bad_rows_leave_the_last_landing_current(source: Source, land_files: Land) -> None:
    """A run that is stopped leaves no folder and no moved state behind."""
    first = land_files(source(), share=0.05)
    with pytest.raises(BadInput):
        land_files(source(deals=[deal("D1", "x")]), "r2", share=0.05)
    assert latest_manifest(first.folder.parent, "files") == first
    assert sorted(path.name for path in first.folder.iterdir()) == [".lock", "r1"]


def test_a_changed_or_missing_landed_file_is_found(source: Source, land_files: Land) -> None:
    """A landed file is what it was when it was landed, or somebody is told."""
    manifest = land_files(source())
    verify(manifest)
    path = manifest.folder / manifest.tables["deals"].files[0]
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(BadInput, match=r"deals\.parquet of table deals was changed"):
        verify(manifest)
    path.unlink()
    with pytest.raises(BadInput, match=r"deals\.parquet of table deals is gone"):
        verify(manifest)


def test_an_unreadable_manifest_is_named(source: Source, land_files: Land) -> None:
    """A damaged manifest stops the next run with its path, rather than starting from nothing."""
    manifest = land_files(source())
    manifest.path.write_text("{")
    with pytest.raises(BadInput, match=r"manifest\.json can't be read"):
        land_files(source(), "r2")


def test_two_runs_do_not_land_at_once(source: Source, land_files: Land) -> None:
    """The second of two runs into one folder is refused, and may run when the first has ended."""
    first = land_files(source())
    with only_one(first.folder), pytest.raises(BadInput, match="Another run is landing"):
        land_files(source(), "r2")
    assert land_files(source(), "r2").sequence == 2


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    """The system's error for a full disk becomes a message that says so and where."""
    full = Path("/dev/full")
    if not full.is_char_device():
        pytest.skip("this system has no /dev/full")
    is_full = pytest.raises(BadInput, match=f"The disk under {tmp_path} is full")
    with is_full, clear_disk_errors(tmp_path), full.open("w") as file:
        file.write("x" * 100_000)


_LIMITED = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from attribution_models.errors import BadInput
from extract.files import FilesConnector
from extract.landing import land
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    land(FilesConnector(Path(sys.argv[1])), Path(sys.argv[2]), "r2", datetime(2026, 10, 1, tzinfo=UTC), 0.05)
except BadInput as error:
    print(error)
"""


def test_a_landing_that_the_disk_cuts_off_leaves_no_trace(source: Source, land_files: Land, tmp_path: Path) -> None:
    """Where no more bytes can be written, the run says so, its folder is gone and the last landing is current."""
    first = land_files(source())
    command = [sys.executable, "-c", _LIMITED, str(source()), str(tmp_path / "landing")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "is full" in answer.stdout
    assert sorted(path.name for path in first.folder.iterdir()) == [".lock", "r1"]


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    """A folder without rights is a set-up fault with a remedy, not a traceback."""
    with pytest.raises(BadInput, match="Permission denied"), clear_disk_errors(tmp_path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(tmp_path))


_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from extract.files import FilesConnector
from extract.landing import land

def stop(table, state):
    if table == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

land(FilesConnector(Path(sys.argv[1])), Path(sys.argv[2]), "r2", datetime(2026, 10, 1, tzinfo=UTC), 0.05, on_table=stop)
"""


@pytest.mark.parametrize("table", ["deals", "partner_activities", "targets"])
def test_a_killed_landing_is_as_if_it_had_not_been(
    table: str, source: Source, land_files: Land, tmp_path: Path
) -> None:
    """Killed at the first, a middle or the last table, the old state stays; repeated, no row is lost or doubled."""
    first = land_files(source())
    folder = source(deals=[deal(f"D{n}") for n in range(500)])
    command = [sys.executable, "-c", _KILLED, str(folder), str(tmp_path / "landing"), table]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert (first.folder / "r2.partial").is_dir()
    assert latest_manifest(tmp_path / "landing", "files") == first
    again = land_files(folder, "r3")
    assert sorted(column(state(again, "deals"), "deal_id")) == sorted(f"D{n}" for n in range(500))
    assert not (first.folder / "r2.partial").exists()
    assert again.previous_run_id == "r1"


def test_a_partial_folder_with_a_manifest_is_not_a_landing(source: Source, land_files: Land) -> None:
    """Killed after the manifest was written and before the rename, the run still has not happened."""
    first = land_files(source())
    second = land_files(source(deals=[deal("D2")]), "r2")
    (second.folder / "r2").rename(second.folder / "r2.partial")
    assert latest_manifest(first.folder.parent, "files") == first
    third = land_files(source(deals=[deal("D3")]), "r3")
    assert (third.sequence, list(amounts(third))) == (2, ["D3"])


def test_older_landings_can_be_replayed(source: Source, land_files: Land) -> None:
    """A past run's state is still there, unchanged, after later ones."""
    first = land_files(source())
    land_files(source(deals=[deal("D2")]), "r2")
    verify(first)
    assert list(amounts(first)) == ["D1"]


def test_a_delta_replaces_by_record(tmp_path: Path) -> None:
    """A changed record stands once, in its new version; the others stay; the old run's state stays as it was."""
    first = land_small(SmallCrm({"r1": deal("D1"), "r2": deal("D2")}), tmp_path, "a")
    second = land_small(SmallCrm({}, changes={"r2": deal("D2", "5"), "r3": deal("D3")}), tmp_path, "b")
    assert amounts(second) == {"D1": Decimal(1000), "D2": Decimal(5), "D3": Decimal(1000)}
    assert amounts(first) == {"D1": Decimal(1000), "D2": Decimal(1000)}
    assert (second.tables["deals"].rows, second.tables["deals"].landed_rows) == (3, 2)
    assert second.tables["deals"].files == ("a/deals.parquet", "b/deals.parquet")


def test_a_record_that_turns_bad_and_good_again(tmp_path: Path) -> None:
    """A bad version hides the good one before it, and a mended one replaces the bad: each record counts once."""
    land_small(SmallCrm({"r1": deal("D1"), "r2": deal("D2", "x")}), tmp_path, "a")
    second = land_small(SmallCrm({}, changes={"r1": deal("D1", "y"), "r2": deal("D2", "2")}), tmp_path, "b")
    assert amounts(second) == {"D2": Decimal(2)}
    assert column(bad_rows(second), "record_id") == ["r1"]
    assert (second.tables["deals"].rows, second.tables["deals"].bad_rows) == (1, 1)


def test_an_empty_delta_adds_no_file(tmp_path: Path) -> None:
    """Nothing changed: the state is the old files, and the new run verifies."""
    first = land_small(SmallCrm({"r1": deal("D1")}), tmp_path, "a")
    second = land_small(SmallCrm({}, changes={}), tmp_path, "b")
    assert second.tables["deals"].files == first.tables["deals"].files
    assert amounts(second) == amounts(first)
    verify(second)


def test_a_record_that_comes_twice_in_one_reading_lands_once(tmp_path: Path) -> None:
    """A record that changed while it was read comes again at the end: that version stays."""
    crm = SmallCrm({f"r{n}": deal(f"D{n}") for n in range(5)}, repeated=[("r1", deal("D1", "7"))])
    manifest = land_small(crm, tmp_path, "a")
    assert amounts(manifest) == {**{f"D{n}": Decimal(1000) for n in range(5)}, "D1": Decimal(7)}
    assert manifest.tables["deals"].rows == 5


def test_what_a_full_reading_no_longer_finds_is_kept_as_deleted(tmp_path: Path) -> None:
    """A hard delete shows in a full reading only; the row stays, with both deletion marks set, also later on."""
    land_small(SmallCrm({"r1": deal("D1"), "r2": deal("D2")}), tmp_path, "a")
    for run_id in ("b", "c"):
        manifest = land_small(SmallCrm({"r1": deal("D1")}, changes={}), tmp_path, run_id, full=True)
        marks = {row["deal_id"]: (row["_is_deleted"], row["is_deleted"]) for row in state(manifest, "deals")}
        assert marks == {"D1": (False, None), "D2": (True, True)}
        assert manifest.tables["deals"].deleted_rows == 1


def test_records_that_left_the_table_are_kept_as_deleted(tmp_path: Path) -> None:
    """A record that a delta names as gone is marked; ids that never were in the table add nothing."""
    land_small(SmallCrm({"r1": deal("D1"), "r2": deal("D2")}), tmp_path, "a")
    manifest = land_small(SmallCrm({}, changes={}, gone={"r2", "r9"}), tmp_path, "b")
    assert {row["deal_id"]: row["_is_deleted"] for row in state(manifest, "deals")} == {"D1": False, "D2": True}
    back = land_small(SmallCrm({}, changes={"r2": deal("D2", "3")}), tmp_path, "c")
    assert amounts(back) == {"D1": Decimal(1000), "D2": Decimal(3)}


def test_a_new_extra_column_is_null_in_older_rows(tmp_path: Path) -> None:
    """Files of a chain may differ in extra columns; the state has those of the last run."""
    land_small(SmallCrm({"r1": deal("D1", old="o")}, extras=("old",)), tmp_path, "a")
    crm = SmallCrm({}, changes={"r2": deal("D2", new="n")}, extras=("new",))
    manifest = land_small(crm, tmp_path, "b")
    assert column(state(manifest, "deals"), "new") == [None, "n"]
    assert "old" not in state(manifest, "deals")[0]


def test_a_long_chain_becomes_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many deltas the state is written anew as one base, with the same rows, and older runs stay whole."""
    monkeypatch.setattr(landing_table, "LONGEST_CHAIN", 3)
    manifests = [land_small(SmallCrm({"r0": deal("D0"), "x": deal("DX", "x")}), tmp_path, "0")]
    for n in range(1, 6):
        changes = {f"r{n}": deal(f"D{n}"), "r0": deal("D0", str(n))}
        manifests.append(land_small(SmallCrm({}, changes=changes), tmp_path, str(n)))
    assert [len(manifest.tables["deals"].files) for manifest in manifests] == [1, 2, 3, 1, 2, 3]
    assert amounts(manifests[-1]) == {"D0": Decimal(5), **{f"D{n}": Decimal(1000) for n in range(1, 6)}}
    assert [amounts(manifest)["D0"] for manifest in manifests] == [1000, 1, 2, 3, 4, 5]
    assert column(bad_rows(manifests[-1]), "record_id") == ["x"]
    for manifest in manifests:
        verify(manifest)


def test_landed_files_that_were_removed_lead_to_a_full_reading(tmp_path: Path) -> None:
    """A delta onto files that are gone would lose rows, so everything is read anew."""
    first = land_small(SmallCrm({"r1": deal("D1")}), tmp_path, "a")
    (first.folder / "a" / "deals.parquet").unlink()
    manifest = land_small(SmallCrm({"r1": deal("D1"), "r2": deal("D2")}, changes={"r2": deal("D2")}), tmp_path, "b")
    assert set(amounts(manifest)) == {"D1", "D2"}
    assert manifest.sequence == 2


def test_a_path_with_quotes_and_brackets_is_only_a_path(tmp_path: Path) -> None:
    """The landing folder may have any name that a file system allows."""
    folder = tmp_path / "it's [a] folder"
    land_small(SmallCrm({"r1": deal("D1")}), folder, "a")
    manifest = land_small(SmallCrm({}, changes={"r2": deal("D2")}), folder, "b")
    assert set(amounts(manifest)) == {"D1", "D2"}


records = st.sampled_from(["r1", "r2", "r3", "r4"])
versions = st.sampled_from(["1", "2", "3", "bad"])
steps = st.lists(st.dictionaries(records, versions, max_size=3), min_size=1, max_size=5)


@settings(max_examples=6)
@given(st.dictionaries(records, versions, min_size=1), steps)
def test_deltas_give_what_a_full_reading_gives(
    tmp_path_factory: pytest.TempPathFactory, first: dict[str, str], deltas: list[dict[str, str]]
) -> None:
    """Whatever changes, turns bad or is mended, the chain's state is that of one reading of everything."""
    folder = tmp_path_factory.mktemp("chain")
    rows = {record: deal(record, amount) for record, amount in first.items()}
    manifest = land_small(SmallCrm(rows), folder, "0")
    for place, delta in enumerate(deltas, start=1):
        changes = {record: deal(record, amount) for record, amount in delta.items()}
        rows |= changes
        manifest = land_small(SmallCrm(rows, changes=changes), folder, str(place))
    expected = {record: Decimal(row["amount"]) for record, row in rows.items() if row["amount"] != "bad"}
    assert amounts(manifest) == expected
    assert {row["record_id"] for row in bad_rows(manifest)} == set(rows) - set(expected)


def test_a_missing_optional_table_that_comes_later_is_landed(source: Source, land_files: Land) -> None:
    """A table that was not available before is read when it is there, and the other way round."""
    folder = source()
    land_files(folder)
    rows = [{"metric": "Influenced Share", "period_start": "2026-01-01", "period_end": "2026-12-31", "value": "0.35"}]
    assert column(state(land_files(source(targets=rows), "r2"), "targets"), "metric") == ["influenced_share"]
    (folder / "targets.csv").unlink()
    assert not landed_tables(land_files(folder, "r3"))["targets"]["is_available"]


def test_progress_is_told_table_by_table(source: Source, land_files: Land) -> None:
    """The caller hears of each table once, in the contract's order, with its counts."""
    heard: list[tuple[str, int]] = []
    land_files(source(), on_table=lambda name, table: heard.append((name, table.rows)))
    assert heard == [(name, 1 if name in REQUIRED else 0) for name in TABLES]


def test_views_open_in_a_warehouse(source: Source, land_files: Land, tmp_path: Path) -> None:
    """The SELECTs serve as views of a DuckDB file, which is how dbt meets them."""
    manifest = land_files(source())
    with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
        for table in TABLES:
            connection.execute(f"create view {table} as {landed_state_sql(manifest, table)}")
        assert connection.execute("select count(*) from deals").fetchall() == [(1,)]


def test_an_unavailable_table_needs_no_files(source: Source, land_files: Land) -> None:
    """Its SELECT reads nothing, so it works before and after any landing."""
    manifest = replace(land_files(source()), folder=Path("/nowhere"))
    assert state(manifest, "targets") == []
    assert isinstance(FilesConnector(Path("/nowhere")).name, str)
