"""The SQL of rules 1 to 12 against the reference judge: hundreds of small adversarial worlds, row by row.

Each setting is one dbt run over many worlds at once. Where the two differ, one of them misreads the SPEC: the message
shows both sides of the first differences of each kind, with the source row to look up.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from attribution_models.policy import Policy
from tests.reference.candidates import REASONS, Candidate
from tests.reference.datasets import REQUIRED, make_worlds
from tests.reference.deals import Deal
from tests.reference.landed import Landed
from tests.reference.rules import Judgement, judge
from tests.reference.settings import SETTINGS, Setting
from tests.reference.warehouse import write_warehouse

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt_project"
TOUCH_FLAGS = {*REASONS, "in_use", "logged_after_close", "before_partner_joined"}

Rows = dict[Any, dict[str, Any]]


@dataclass(frozen=True)
class Both:
    """The two judgements of the same landed tables: the reference's, and a connection to what dbt built."""

    reference: Judgement
    built: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module", params=SETTINGS, ids=lambda setting: setting.name)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Judges the worlds of a setting twice."""
    setting: Setting = request.param
    folder = tmp_path_factory.mktemp("worlds")
    as_of = datetime.fromisoformat(setting.as_of)
    landed = make_worlds(SETTINGS.index(setting), setting.worlds, setting.policy, as_of)
    if setting.only_required:
        landed = {table: landed[table] for table in REQUIRED}
    build_touchpoints(folder, landed, setting.policy, as_of)
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{folder / 'marts.duckdb'}' as marts (read_only)")
        yield Both(judge(landed, setting.policy, as_of), connection)


def build_touchpoints(folder: Path, landed: Landed, policy: Policy, as_of: datetime) -> None:
    """Phase 1 of the nightly dbt build, in a folder of its own."""
    write_warehouse(folder / "warehouse.duckdb", landed)
    variables = {"as_of": f"{as_of:%Y-%m-%d %H:%M:%S.%f}", "run_id": "r1", "source_system": "files"}
    command = [
        *(sys.executable, "-c", "import sys; from dbt.cli.main import cli; sys.exit(cli())", "build"),
        *("--select", "tag:touchpoints", "--exclude-resource-type", "unit_test"),
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        *("--vars", json.dumps(variables | policy.dbt_vars())),
    ]
    files = {
        name: str(folder / f"{name.rpartition('_')[2].lower()}.duckdb")
        for name in ("PIR_DBT_WAREHOUSE", "PIR_DBT_MARTS")
    }
    result = subprocess.run(command, env=os.environ | files, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-2000:]


def table(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query as dicts."""
    rows: list[dict[str, Any]] = connection.sql(query).to_arrow_table().to_pylist()
    return rows


def assert_same(reference: Rows, sql: Rows) -> None:
    """Both sides have the same keys and, for each, the same values; else a message that shows where they part."""
    assert reference, "nothing was compared"
    differences: dict[str, list[str]] = {}
    for key in sorted(reference.keys() | sql.keys(), key=str):
        ours, theirs = reference.get(key), sql.get(key)
        if ours is None or theirs is None:
            kind = "only in SQL" if ours is None else "only in the reference"
            differences.setdefault(kind, []).append(f"{key}: {theirs or ours}")
            continue
        for name in ours:
            if ours[name] != theirs[name]:
                line = (
                    f"{key}: reference {ours[name]!r}, SQL {theirs[name]!r}\n      reference {ours}\n      SQL {theirs}"
                )
                differences.setdefault(name, []).append(line)
    message = "\n".join(
        f"{kind}: {len(lines)} of {len(reference)} differ\n    " + "\n    ".join(lines[:3])
        for kind, lines in differences.items()
    )
    assert not differences, "\n" + message


def test_deals_are_judged_alike(both: Both) -> None:
    """Rules 1 to 4 and 10: the kept row, its close and amount, every reason and flag, the category."""
    sql = table(
        both.built,
        """
        select
            deal.deal_id, source_record, closed_at, anchor_at, window_start, amount, exclusion_reason,
            is_eligible, counts_in_rates, counts_as_booked, sales_cycle_days, deal_category,
            list_sort(list_concat(deal.flags, category.flags)) as flags
        from intermediate.int_deal as deal
        join intermediate.int_deal_category as category using (deal_id)""",
    )
    assert_same(
        {deal.deal_id: deal_row(deal) for deal in both.reference.deals.values()}, {row["deal_id"]: row for row in sql}
    )


def deal_row(deal: Deal) -> dict[str, Any]:
    """A deal as the reference sees it, under the names of ``int_deal``."""
    return {
        "source_record": deal.row["_source"],
        "closed_at": deal.closed_at,
        "anchor_at": deal.anchor_at,
        "window_start": deal.window_start,
        "amount": deal.amount,
        "exclusion_reason": deal.reason,
        "is_eligible": deal.is_eligible,
        "counts_in_rates": deal.counts_in_rates,
        "counts_as_booked": deal.counts_as_booked,
        "sales_cycle_days": deal.sales_cycle_days,
        "deal_category": deal.category,
        "flags": sorted(deal.flags + deal.category_flags),
    }


def test_touchpoints_are_judged_alike(both: Both) -> None:
    """Rules 5 to 9 and 11: the same candidates, reasons, flags, order, influence types and weights."""
    sql = table(
        both.built,
        """
        select
            source_table, source_record_id, deal_id, partner_id, origin, occurred_at, is_eligible, exclusion_reason,
            flags, position, influence_type, round(weight, 9) as weight
        from marts.marts.fct_touchpoint where origin <> 'override'""",
    )
    for row in sql:
        row["flags"] = set(row["flags"]) & TOUCH_FLAGS
    candidates = [touch_row(candidate) for candidate in both.reference.candidates]
    assert_same(by_source_row(candidates), by_source_row(sql))


def touch_row(candidate: Candidate) -> dict[str, Any]:
    """A candidate as the reference sees it, under the names of ``fct_touchpoint``."""
    return {
        "source_table": candidate.table,
        "source_record_id": candidate.row["_record_id"],
        "deal_id": candidate.deal.deal_id if candidate.deal else None,
        "partner_id": candidate.partner_id,
        "origin": candidate.origin,
        "occurred_at": candidate.occurred_at,
        "is_eligible": candidate.is_eligible,
        "exclusion_reason": candidate.reason,
        "flags": candidate.reasons | candidate.flags,
        "position": candidate.position,
        "influence_type": candidate.influence_type,
        "weight": None if candidate.weight is None else round(float(candidate.weight), 9),
    }


def by_source_row(rows: list[dict[str, Any]]) -> Rows:
    """Candidates by what they were made of: the source row and the deal."""
    key = ("source_table", "source_record_id", "deal_id")
    keyed = {tuple(row[name] for name in key): row for row in rows}
    assert len(keyed) == len(rows), "a source row makes two candidates on one deal"
    return keyed


def test_source_rows_are_used_or_excluded_alike(both: Both) -> None:
    """Rule 14: each source row is used, or excluded for the same reason."""
    excluded = {
        (row["table_name"], row["row_id"]): row["reason"]
        for row in table(both.built, "select table_name, row_id, reason from marts.marts.audit_exclusion")
    }
    reference, sql = {}, {}
    for name, outcomes in both.reference.outcomes.items():
        for record_id, outcome in outcomes.items():
            reason = excluded.get((name, record_id), "used")
            # The SPEC has no name for what is wrong with a registration that was rejected, or with an override.
            is_unnamed = outcome == "no_candidate" or (name == "attribution_overrides" and outcome != "used")
            expected = reason if is_unnamed and reason != "used" else outcome
            reference[name, record_id] = {"outcome": expected}
            sql[name, record_id] = {"outcome": reason}
    assert_same(reference, sql)


def test_rows_in_are_used_and_excluded_rows(both: Both) -> None:
    """Rule 14: the counts that the marts publish add up, and are the reference's."""
    sql = table(both.built, "select * from intermediate.int_source_reconciliation")
    counts = {row["table_name"]: (row["rows_used"], row["rows_excluded"]) for row in sql}
    for name, expected in both.reference.reconciliation().items():
        if sum(expected):
            assert counts[name] == expected, name


def test_overrides_are_judged_alike(both: Both) -> None:
    """Rule 12: the same overrides are accepted."""
    sql = table(both.built, "select override_id from intermediate.int_override")
    accepted = Counter(row["override_id"] for row in sql)
    expected = Counter(o.row["override_id"] for o in both.reference.overrides if o.is_accepted)
    assert accepted == expected
