"""The dbt project as a whole: its unit tests, its silence about absent tables, its independence of row order."""

from pathlib import Path
from random import Random

import duckdb
import pytest

from tests.dbt_project.landed_tables import Row
from tests.dbt_project.scenario import activity, deal
from tests.dbt_project.warehouse_build import World, build_world, run_dbt, shipped_policy

PARTNERS = [{"partner_id": "P1", "partner_name": "One"}]


def test_the_unit_tests_of_every_rule_pass(world: World) -> None:
    """Each rule's boundary, written beside its model, holds."""
    result = run_dbt(world.folder, "test", "--select", "tag:touchpoints,test_type:unit", policy=shipped_policy())
    assert result.returncode == 0, result.stdout
    assert "PASS" in result.stdout


def test_three_tables_are_enough(tmp_path: Path) -> None:
    """With deals, partners and activities alone the phase runs, and no absent table is counted or blamed."""
    rows = {"deals": [deal("D1")], "partners": PARTNERS, "partner_activities": [activity("T1", deal_id="D1")]}
    world = build_world(tmp_path, rows)
    assert world.one("select flags, is_eligible from intermediate.int_deal") == {"flags": [], "is_eligible": True}
    touchpoint = world.one("select * from intermediate.int_touch")
    assert (touchpoint["weight"], touchpoint["outcome"], touchpoint["last_stage_change_at"]) == (0.5, None, None)
    tables = world.rows("select table_name from intermediate.int_source_reconciliation")
    assert {row["table_name"] for row in tables} == set(rows)


def test_the_order_rows_arrive_in_changes_nothing(
    world: World, landed_rows: dict[str, list[Row]], tmp_path: Path
) -> None:
    """Shuffled source rows give the same touchpoints, positions, weights and categories."""
    shuffled = {table: Random(1).sample(rows, len(rows)) for table, rows in landed_rows.items()}
    other = build_world(tmp_path, shuffled)
    for question in (
        "select * exclude (source_record_id, source_record) from marts.marts.fct_touchpoint order by all",
        "select * from intermediate.int_deal_category order by all",
    ):
        assert other.rows(question) == world.rows(question)
    assert world.rows("select * from intermediate.int_touch")


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("delete from landed.deals", "deals"),
        ("insert into landed.deals by name select 'lost' as deal_id, 'deals.csv:999' as _record_id", "deals"),
        ("delete from landed.partner_activities where _record_id like '%:2'", "partner_activities"),
        (
            "update intermediate.int_source_reconciliation set rows_used = null where table_name = 'partners'",
            "partners",
        ),
    ],
)
def test_a_row_that_nobody_accounts_for_is_noticed(world: World, tmp_path: Path, change: str, table: str) -> None:
    """The reconciliation counts landed rows itself: one row more or less fails it, and no deals at all does too."""
    test = "rules_rows_in_are_used_or_excluded.sql"
    (sql,) = (path.read_text() for path in (world.folder / "target" / "compiled").rglob(test))
    copy = tmp_path / "warehouse.duckdb"
    copy.write_bytes((world.folder / "warehouse.duckdb").read_bytes())
    with duckdb.connect(str(copy)) as connection:
        assert connection.execute(sql).fetchall() == []
        connection.execute(change)
        assert table in {row[0] for row in connection.execute(sql).fetchall()}
