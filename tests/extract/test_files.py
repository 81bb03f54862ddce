"""Connector files: what may lie in the folder, what is refused, and in which words."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution_models.errors import BadInput
from extract import files_csv
from extract.files_csv import read_csv, read_header
from extract.landing import Manifest
from tests.extract.landings import REQUIRED, bad_rows, column, landed_tables, state, write_csv

Source = Callable[..., Path]
Land = Callable[..., Manifest]
HEAD = "deal_id,account_id,status,amount,created_at\n"


def refused(land_files: Land, folder: Path) -> str:
    """The whole message with which landing the folder is refused."""
    with pytest.raises(BadInput) as caught:
        land_files(folder)
    return str(caught.value)


def test_the_smallest_folder_lands(source: Source, land_files: Land) -> None:
    """Deals, partners and partner_activities are enough; every other table is there without rows and says it is not."""
    manifest = land_files(source())
    tables = landed_tables(manifest)
    assert {name for name, row in tables.items() if row["is_available"]} == set(REQUIRED)
    assert tables["targets"]["unavailable_reason"] == "no targets file in the folder"
    assert state(manifest, "targets") == []
    (deal,) = state(manifest, "deals")
    assert (deal["deal_id"], deal["amount"], deal["_source"]) == ("D1", Decimal(1000), "deals.csv row 2")
    assert (deal["region"], deal["_date_only"], deal["_is_deleted"]) == (None, ["created_at"], False)


@pytest.mark.parametrize("table", REQUIRED)
def test_a_missing_required_table_is_named(table: str, source: Source, land_files: Land) -> None:
    """The message names the table, what was found, and what it may have been meant to be."""
    folder = source()
    (folder / f"{table}.csv").rename(folder / f"{table}_.csv")
    message = refused(land_files, folder)
    assert f"has no {table}.csv" in message
    assert f"{table}_.csv looks like it" in message


@pytest.mark.parametrize("table", REQUIRED)
def test_a_missing_required_column_is_named(table: str, source: Source, land_files: Land) -> None:
    """The message names file and column, and lists the columns that were found."""
    row = dict(REQUIRED[table][0])
    dropped = list(row)[1]
    row[f"{dropped}x"] = row.pop(dropped)
    message = refused(land_files, source(**{table: [row]}))
    assert f"{table}.csv has no column {dropped}; its columns are {', '.join(row)}" in message
    assert f"Is {dropped}x meant to be {dropped}?" in message


def test_a_missing_column_stops_the_run_before_any_row_is_read(source: Source, land_files: Land) -> None:
    """A fault in the last table's header is found before the first table is landed."""
    landed: list[str] = []
    with pytest.raises(BadInput):
        land_files(source(targets="metric\nx\n"), on_table=lambda name, _: landed.append(name))
    assert landed == []


def test_headers_match_in_any_case_and_extras_are_kept(source: Source, land_files: Land) -> None:
    """Deal_ID is deal_id; a column that the contract does not know is kept under its own name, as text."""
    head = " Deal_ID ,ACCOUNT_ID,Status,amount,created_at,My Field,,_source\n"
    folder = source(deals=head + "1,A,won,5,2026-01-01,07,y,z\n")
    (deal,) = state(land_files(folder), "deals")
    assert (deal["deal_id"], deal["My Field"], deal["column_7"], deal["source_source"]) == ("1", "07", "y", "z")
    assert deal["_source"] == "deals.csv row 2"


def test_the_same_column_twice_is_refused(source: Source, land_files: Land) -> None:
    """Two columns of one name, in whatever case, leave open which is meant."""
    message = refused(land_files, source(deals="deal_id," + HEAD.strip() + ",Amount\n"))
    assert "deals.csv has more than one column named amount, deal_id" in message


@pytest.mark.parametrize(("separator", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_other_separators_are_named(separator: str, word: str, source: Source, land_files: Land) -> None:
    """A file with semicolons is a common export; the message says so rather than that a column is missing."""
    assert f"deals.csv is separated by {word}" in refused(land_files, source(deals=HEAD.replace(",", separator)))


@pytest.mark.parametrize("content", ["", "\n", "\ufeff"])
def test_an_empty_file_is_refused(content: str, source: Source, land_files: Land) -> None:
    """A file without a header is a broken export, not a table without rows."""
    assert "deals.csv is empty" in refused(land_files, source(deals=content))


def test_a_header_alone_is_a_table_without_rows(source: Source, land_files: Land) -> None:
    """No rows are an answer too: the table is available and empty."""
    manifest = land_files(source(targets="metric,period_start,period_end,value"))
    assert landed_tables(manifest)["targets"]["is_available"]
    assert state(manifest, "targets") == []


def test_other_encodings_are_refused_with_the_line(source: Source, land_files: Land) -> None:
    """A Latin-1 file is refused with the line of its first foreign byte, never read as other letters."""
    text = "partner_id,partner_name\nP1,Acme\nP2,Müller\n"
    message = refused(land_files, source(partners=text.encode("latin-1")))
    assert "partners.csv is not UTF-8 (line 3 of the file holds the byte 0xfc)" in message
    assert "partners.csv is not UTF-8" in refused(land_files, source(partners="partner_id,é\n".encode("latin-1")))
    assert "UTF-16" in refused(land_files, source(partners=text.encode("utf-16")))


def test_rows_are_counted_as_a_spreadsheet_shows_them(source: Source, land_files: Land) -> None:
    """The header is row 1; a cell with line breaks, a blank line and a ragged line are each one row."""
    lines = ["1,A,won,5,2026-01-01", '2,"A\nB",won,5,2026-01-01', "", "3,A,won", "4,A,won,x,2026-01-01", ",,,,"]
    folder = source(deals="\ufeff" + HEAD + "\r\n".join([*lines, "5,A,won,5,2026-01-01"]))
    manifest = land_files(folder)
    deals = state(manifest, "deals")
    assert column(deals, "_source") == ["deals.csv row 2", "deals.csv row 3", "deals.csv row 8"]
    assert column(deals, "account_id") == ["A", "A\nB", "A"]
    bad = {row["record_id"]: (row["column_name"], row["value"], row["reason"]) for row in bad_rows(manifest)}
    assert bad["deals.csv:5"] == (None, "3,A,won", "3 cells where the header has 5")
    assert bad["deals.csv:6"][:2] == ("amount", "x")
    assert len(bad) == 2


def test_row_numbers_hold_over_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers are right where ragged lines lie at the borders of the blocks in which a file is read."""
    monkeypatch.setattr(files_csv, "BLOCK_BYTES", 64)
    path = tmp_path / "x.csv"
    rows = [f"{n}" if n % 5 == 0 or n in (2, 3, 4) else f"{n},b{n}" for n in range(2, 200)]
    path.write_text("a,b\n" + "\n".join(rows) + "\n")
    good, ragged = {}, []
    for batch in read_csv(path, "x.csv", 2):
        good |= dict(zip(batch.rows.tolist(), batch.cells[0].to_pylist(), strict=True))
        ragged += [row.row for row in batch.ragged]
    assert good == {n: str(n) for n in range(2, 200) if n % 5 and n not in (2, 3, 4)}
    assert sorted([*good, *ragged]) == list(range(2, 200))


@pytest.mark.parametrize(
    "rows",
    [
        '1,A,won,5,"2026-01-01\n2,A,won,5,2026-01-01\n',
        '1,"A,won,5,2026-01-01\n2,A,won,5,2026-01-01\n3,"B",won,5,2026-01-01\n',
    ],
)
def test_a_quote_that_stays_open_is_refused(rows: str, source: Source, land_files: Land) -> None:
    """Such a quote swallows the rows after it; rather than lose them as one cell, the run stops and names the row."""
    message = refused(land_files, source(deals=HEAD + rows))
    assert "opens a quote" in message
    assert "deals.csv row 2" in message


def test_a_quote_that_stays_open_in_the_last_row_is_a_bad_row(source: Source, land_files: Land) -> None:
    """Nothing comes after it that could be lost, so it is one bad row like any other."""
    manifest = land_files(source(deals=HEAD + '0,A,won,5,2026-01-01\n1,A,"won,5,2026-01-01\n'))
    assert column(state(manifest, "deals"), "deal_id") == ["0"]
    assert column(bad_rows(manifest), "source") == ["deals.csv row 3"]


def test_a_table_may_not_be_there_twice(source: Source, land_files: Land) -> None:
    """deals.csv beside deals.parquet, or beside a folder deals, leaves open which is meant."""
    folder = source()
    pq.write_table(pa.table({"deal_id": ["D1"]}), folder / "deals.parquet")
    assert "more than once: deals.csv, deals.parquet" in refused(land_files, folder)
    (folder / "deals.parquet").unlink()
    (folder / "deals").mkdir()
    assert "more than once: deals/, deals.csv" in refused(land_files, folder)


def test_a_folder_of_files_is_one_table(source: Source, land_files: Land) -> None:
    """Files of a folder are read in the order of their names; each row names its own; extras of each are kept."""
    folder = source()
    (folder / "deals.csv").unlink()
    row = REQUIRED["deals"][0]
    write_csv(folder / "deals" / "b.csv", [{**row, "deal_id": "D3", "extra_b": "b", "EXTRA_A": "A"}])
    write_csv(folder / "deals" / "2026" / "a.csv", [{"extra_a": "a", **row}, {**row, "deal_id": "D2"}])
    write_csv(folder / "deals" / "_temporary" / "c.csv", [{"deal_id": "no"}])
    deals = state(land_files(folder), "deals")
    found = [(d["_record_id"], d["deal_id"], d["extra_a"], d["extra_b"]) for d in deals]
    assert found == [
        ("deals/2026/a.csv:2", "D1", "a", None),
        ("deals/2026/a.csv:3", "D2", None, None),
        ("deals/b.csv:2", "D3", "A", "b"),
    ]


def test_an_extra_column_may_have_any_name(source: Source, land_files: Land) -> None:
    """Names that landing or the contract of another table uses, and quotes in names, are only names here."""
    row = {"metric": "m", "period_start": "2026-01-01", "period_end": "2026-01-31", "value": "1"}
    extra = {"updated_at": "never", "": "e", "column_5": "c", 'quo"ted': "q", "_RECORD_ID": "r"}
    (target,) = state(land_files(source(targets=[{**row, **extra}])), "targets")
    assert [target[name] for name in ("updated_at", "column_6", "column_5", 'quo"ted', "source_record_id")] == [
        "never",
        "e",
        "c",
        "q",
        "r",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_ends_will_do(end: str, last: bool, source: Source, land_files: Land) -> None:
    """Files of any system land alike, with or without a line end after the last row."""
    lines = [HEAD.strip(), "1,A,won,5,2026-01-01", "2,A,won,5,2026-01-01"]
    manifest = land_files(source(deals=end.join([*lines, ""] if last else lines)))
    assert column(state(manifest, "deals"), "_source") == ["deals.csv row 2", "deals.csv row 3"]


def test_a_ragged_line_in_another_encoding_is_refused(source: Source, land_files: Land) -> None:
    """The encoding is wrong for the whole file, wherever the first foreign byte stands."""
    message = refused(land_files, source(partners="partner_id,partner_name\nP1,Acme\nP2\xfc\n".encode("latin-1")))
    assert "line 3 of the file holds the byte 0xfc" in message


@pytest.mark.parametrize(("names", "words"), [([], "neither"), (["a.csv", "b.parquet"], "both")])
def test_a_folder_without_or_with_both_kinds_is_refused(
    names: list[str], words: str, source: Source, land_files: Land
) -> None:
    """An empty folder is a broken export; CSV and Parquet together are likely the same rows twice."""
    folder = source()
    (folder / "targets").mkdir()
    for name in names:
        (folder / "targets" / name).touch()
    assert f"The folder targets holds {words}" in refused(land_files, folder)


def test_parquet_keeps_its_types(source: Source, land_files: Land) -> None:
    """Native decimals, timestamps, dates and booleans are taken as they are; rows are counted from 1."""
    folder = source()
    (folder / "deals.csv").unlink()
    rows: dict[str, Any] = {
        "deal_id": pa.array([7, 8]),
        "account_id": pa.array(["A", "B"]).dictionary_encode(),
        "status": ["won", "Open"],
        "amount": pa.array([Decimal("12.34567"), None]),
        "created_at": pa.array([datetime(2026, 1, 1, 12), None], pa.timestamp("ms", "UTC")),  # noqa: DTZ001
        "closed_at": pa.array([date(2026, 2, 1), None]),
        "is_deleted": [True, None],
        "tags": [["x", "y"], None],
    }
    pq.write_table(pa.table(rows), folder / "deals.parquet")
    first, second = state(land_files(folder), "deals")
    assert (first["deal_id"], first["account_id"], first["amount"]) == ("7", "A", Decimal("12.3456"))
    assert first["created_at"] == datetime(2026, 1, 1, 12)  # noqa: DTZ001
    assert (first["_date_only"], first["_is_deleted"], first["tags"]) == (["closed_at"], True, '["x", "y"]')
    assert (second["status"], second["is_deleted"], second["_is_deleted"]) == ("open", None, False)
    assert second["_source"] == "deals.parquet row 2"


def test_a_file_that_is_not_parquet_is_refused(source: Source, land_files: Land) -> None:
    """A broken Parquet file is named."""
    folder = source()
    (folder / "targets.parquet").write_text("metric,period_start\n")
    assert "targets.parquet is not a Parquet file" in refused(land_files, folder)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, land_files: Land) -> None:
    """The path of a missing folder is in the message."""
    assert str(tmp_path / "nowhere") in refused(land_files, tmp_path / "nowhere")


def test_csv_and_parquet_land_alike(source: Source, land_files: Land, tmp_path: Path) -> None:
    """The same rows as CSV and as Parquet give the same landed values."""
    rows = [{**REQUIRED["deals"][0], "deal_id": f"{n:05d}", "amount": f"{n}.5"} for n in range(50)]
    csv_folder = source(deals=rows)
    from_csv = state(land_files(csv_folder), "deals")
    with duckdb.connect() as connection:
        path = csv_folder / "deals.csv"
        connection.execute(
            "copy (select * replace (amount::decimal(10, 1) as amount, created_at::date as created_at) "
            f"from read_csv('{path}', all_varchar = true)) to '{csv_folder / 'deals.parquet'}'"
        )
    path.unlink()
    from_parquet = state(land_files(csv_folder, "r2"), "deals")
    for rows_of in (from_csv, from_parquet):
        rows_of.sort(key=lambda row: row["deal_id"])
    kept = [name for name in from_csv[0] if name not in ("_record_id", "_source", "_landed_run")]
    assert [[row[name] for name in kept] for row in from_csv] == [[row[name] for name in kept] for row in from_parquet]


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=60)
@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=20))
def test_any_text_survives_csv(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]) -> None:
    """Quotes, commas, line breaks and any letters in cells come back as they were; no row is lost or torn."""
    path = tmp_path_factory.mktemp("csv") / "any.csv"
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("a", "b", "c"), *rows])
    path.write_bytes(text.getvalue().encode())
    assert read_header(path, "any.csv") == ["a", "b", "c"]
    batches = list(read_csv(path, "any.csv", 3))
    found = [row for batch in batches for row in zip(*(cell.to_pylist() for cell in batch.cells), strict=True)]
    assert found == [row for row in rows if any(row)]
    assert not any(batch.ragged for batch in batches)
