"""What a run sets aside of the last publication: whole, or with its gaps named, or nothing at the first."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from attribution_models.policy import Policy, load_policy
from orchestration.previous import contract, copy_previous

POLICY = load_policy(Path(__file__).parents[2] / "config" / "policy.yaml")
MARTS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"


def published(path: Path, policy: Policy, **columns: str) -> Path:
    """A marts file that holds its context and these tables, each as the text of its columns."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as marts (storage_version 'v1.0.0')")
        connection.execute("create schema marts.marts")
        for table, text in columns.items():
            connection.execute(f"create table marts.marts.{table} as select {text}")
        connection.execute(
            "create table marts.marts.mart_report_context as select 'r1' as run_id, ? as policy_json",
            [json.dumps(policy.model_dump(mode="json"))],
        )
    return path


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def test_before_the_first_publication_every_table_is_there_and_empty(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """dbt finds each source with its declared columns, and nothing counts as missing."""
    counts = copy_previous(warehouse, tmp_path / "none.duckdb", POLICY)
    assert set(counts.values()) == {0}
    for tables in contract().values():
        for table, columns in tables.items():
            found = warehouse.execute(
                "select column_name, lower(data_type) from duckdb_columns() where schema_name = 'previous' "
                "and table_name = ? order by column_index",
                [table],
            ).fetchall()
            assert found == list(columns.items())


def test_what_an_older_version_lacks_is_null_and_named(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A column that was not there is null, a table that was not there is empty; both are told."""
    file = published(tmp_path / "marts.duckdb", POLICY, dim_partner="'P1' as partner_id, 'gold' as tier")
    counts = copy_previous(warehouse, file, POLICY)
    assert warehouse.execute("from previous.dim_partner").fetchall() == [("P1", None, "gold")]
    assert counts["dim_deal"] == 0
    missing = warehouse.execute("from previous.missing_column where table_name = 'dim_partner'").fetchall()
    assert missing == [("dim_partner", "partner_type")]
    assert warehouse.execute(
        "select count(*) from previous.missing_column where table_name = 'dim_deal'"
    ).fetchone() == (len(contract()["previous"]["dim_deal"]),)


def test_the_keys_that_changed_are_told_with_both_values(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Against the policy that was published, not against the file of that time."""
    old = POLICY.model_copy(update={"touchpoints": POLICY.touchpoints.model_copy(update={"lookback_months": 6})})
    copy_previous(warehouse, published(tmp_path / "marts.duckdb", old), POLICY)
    assert warehouse.execute("from previous.policy_change").fetchall() == [("touchpoints.lookback_months", "6", "12")]


def test_the_published_file_can_be_replaced_afterwards(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Nothing of it stays attached, and a step that is repeated copies anew."""
    file = published(tmp_path / "marts.duckdb", POLICY)
    copy_previous(warehouse, file, POLICY)
    file.unlink()
    assert copy_previous(warehouse, published(file, POLICY), POLICY)["mart_report_context"] == 1
    assert "published" not in {
        name for (name,) in warehouse.execute("select database_name from duckdb_databases()").fetchall()
    }


def test_what_is_copied_is_what_is_published_today() -> None:
    """Every column of the comparison is one of the marts', in the same type."""
    import yaml

    models = [
        model
        for file in MARTS.rglob("*.yml")
        for model in (yaml.safe_load(file.read_text()) or {}).get("models", [])
        if "columns" in model
    ]
    held = {model["name"]: {column["name"]: column["data_type"] for column in model["columns"]} for model in models}
    for table, columns in contract()["previous"].items():
        assert {name: held[table].get(name) for name in columns} == columns
