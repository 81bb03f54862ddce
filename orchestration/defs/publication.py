"""What people see: the report is rendered from the finished marts, both are put in place, then the CRM is told."""

import shutil
from pathlib import Path

import dagster as dg
import duckdb

from orchestration.dbt import read_by
from orchestration.defs.nightly_job import FRESHNESS
from orchestration.nightly import Nightly
from orchestration.warehouse import open_marts
from orchestration.warehouse import publish as publish_marts
from orchestration.writeback import write_back
from reports import render

REPORT = dg.AssetKey(["published", "report"])
MARTS = dg.AssetKey(["published", "marts"])
CRM = dg.AssetKey(["crm", "fields"])
READ_BY_REPORT = [dg.AssetKey(["marts", name]) for name in read_by("nightly_report")]
SYNCED = [dg.AssetKey(["marts", name]) for name in read_by("crm_fields")]


@dg.multi_asset(
    name="report",
    specs=[
        dg.AssetSpec(
            REPORT, deps=READ_BY_REPORT, group_name="published", kinds={"html"}, description="The nightly report."
        )
    ],
    pool="warehouse",
)
def report(nightly: dg.ResourceParam[Nightly]) -> dg.MaterializeResult:
    """Render the report from this run's marts, before anything is published."""
    run = nightly.run
    with open_marts(run.folder.marts) as marts:
        rendered = render(marts, run.folder.report)
        chart = trend_table(marts)
    metadata = {
        "period": rendered.period,
        "path": dg.MetadataValue.path(run.settings.report / "report.html"),
        "trend": dg.MetadataValue.md(chart),
    }
    return dg.MaterializeResult(asset_key=REPORT, metadata=metadata)


@dg.multi_asset(
    name="publish",
    specs=[
        dg.AssetSpec(
            MARTS,
            deps=[REPORT, *SYNCED],
            group_name="published",
            kinds={"duckdb"},
            description="marts.duckdb and the report, put in place in one step.",
            freshness_policy=FRESHNESS,
        )
    ],
    pool="warehouse",
)
def publish(nightly: dg.ResourceParam[Nightly]) -> dg.MaterializeResult:
    """Put marts and report in place of last night's."""
    run = nightly.run
    publish_marts(run.folder.marts, run.settings.marts)
    publish_report(run.folder.report, run.settings.report)
    run.publish()
    with open_marts(run.settings.marts) as marts:
        revenue = marts.execute(
            "select sum(total_revenue), sum(partner_involved_revenue), sum(won_count) "
            "from mart_executive_summary where period_grain = 'year'"
        ).fetchone() or (None, None, None)
    total, involved, won = (float(value or 0) for value in revenue)
    metadata = {
        "total_revenue": total,
        "partner_involved_revenue": involved,
        "won_deals": int(won),
        "path": dg.MetadataValue.path(run.settings.marts),
    }
    return dg.MaterializeResult(asset_key=MARTS, metadata=metadata)


@dg.multi_asset(
    name="writeback",
    specs=[
        dg.AssetSpec(CRM, deps=[MARTS], group_name="crm", kinds={"salesforce"}, description="Our fields in the CRM.")
    ],
    pool="warehouse",
)
def writeback(nightly: dg.ResourceParam[Nightly]) -> dg.MaterializeResult:
    """Send the rows that differ from what the CRM has confirmed."""
    told = write_back(nightly.run, nightly.accept_changes)
    texts = {
        name: dg.MetadataValue.md(f"```\n{value}\n```")
        for name, value in told.items()
        if isinstance(value, str) and value
    }
    counts = {name: value for name, value in told.items() if isinstance(value, int)}
    return dg.MaterializeResult(asset_key=CRM, metadata={**counts, **texts})


def publish_report(built: Path, published: Path) -> None:
    """Replace each file in one step, then remove what this run no longer makes."""
    published.mkdir(parents=True, exist_ok=True)
    names = {file.relative_to(built) for file in built.rglob("*") if file.is_file()}
    for name in names:
        (published / name).parent.mkdir(parents=True, exist_ok=True)
        (built / name).replace(published / name)
    for file in [file for file in published.rglob("*") if file.is_file()]:
        if file.relative_to(published) not in names:
            file.unlink()
    shutil.rmtree(built)


def trend_table(marts: duckdb.DuckDBPyConnection, width: int = 40) -> str:
    """Partner-involved share by quarter as a bar of text, for the asset's page."""
    rows = marts.execute(
        "select period_label, partner_involved_share from mart_trend where period_grain = 'quarter' "
        "and partner_involved_share is not null order by period_start"
    ).fetchall()
    bars = [f"| {label} | {'█' * round(share * width)} {share:.1%} |" for label, share in rows]
    return "\n".join(["| quarter | partner involved |", "|---|---|", *bars])
