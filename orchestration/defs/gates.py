"""The quality gates as blocking asset checks: what fails here stops everything downstream."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import dagster as dg
import duckdb

from attribution_models.policy import Policy
from extract.manifest import load_manifest
from orchestration.defs.landing import LANDED
from orchestration.failures import Failure
from orchestration.nightly import Nightly, NightlyRun
from orchestration.warehouse import open_warehouse
from quality import gates
from quality.results import GateResult

Gate = Callable[[duckdb.DuckDBPyConnection, Policy], GateResult]


def judge(run: NightlyRun, gate: Gate) -> dg.AssetCheckResult:
    """Run ``gate`` on the run's warehouse, keep its result beside the run, and tell Dagster."""
    with open_warehouse(run.folder) as warehouse:
        result = gate(warehouse, run.policy)
    write_result(run.folder.path / "quality", result)
    if not result.passed:
        remedy = f"{run.folder.path / 'quality' / result.gate}.md lists each check with what was found and expected."
        run.fail(Failure(result.summary(), remedy, 1))
    return dg.AssetCheckResult(
        passed=result.passed,
        severity=dg.AssetCheckSeverity.ERROR,
        description=result.summary(),
        metadata={"checks": dg.MetadataValue.md(result.to_markdown())},
    )


def write_result(folder: Path, result: GateResult) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{result.gate}.md").write_text(result.to_markdown(), encoding="utf-8")
    (folder / f"{result.gate}.json").write_text(result.to_json(), encoding="utf-8")


@dg.asset_check(asset=LANDED[0], additional_deps=LANDED[1:], blocking=True, pool="warehouse")
def landing_gate(nightly: dg.ResourceParam[Nightly]) -> dg.AssetCheckResult:
    """After landing: keys, references, freshness, drops against the run before."""
    before = landed_before(nightly.run)
    return judge(nightly.run, partial(gates.check_landing, previous=before))


def landed_before(run: NightlyRun) -> dict[str, gates.TableBefore]:
    """Rows and watermark of each table at the landing before this run's; empty at the first."""
    folder = run.settings.landing / run.source.connector.name
    previous = load_manifest(folder / run.run_id).previous_run_id
    if previous is None:
        return {}
    tables = load_manifest(folder / previous).tables
    return {name: gates.TableBefore(table.rows, table.watermark) for name, table in tables.items() if table.available}


@dg.asset_check(asset=["engine", "touchpoint_credit"], blocking=True, pool="warehouse")
def credits_gate(nightly: dg.ResourceParam[Nightly]) -> dg.AssetCheckResult:
    """After the models: every deal's credits add up to what the model allocates, to the cent."""
    return judge(nightly.run, gates.check_credits)


@dg.asset_check(asset=["marts", "mart_executive_summary"], blocking=True, pool="warehouse")
def marts_gate(nightly: dg.ResourceParam[Nightly]) -> dg.AssetCheckResult:
    """Before publishing: the published totals reconcile with the rows they come from."""
    return judge(nightly.run, gates.check_marts)


@dg.asset_check(asset=["marts", "sync_deal"], blocking=True, pool="warehouse")
def outbound_gate(nightly: dg.ResourceParam[Nightly]) -> dg.AssetCheckResult:
    """Before writing back: what would be sent is complete, unique and fits the CRM's fields."""
    return judge(nightly.run, gates.check_outbound)
