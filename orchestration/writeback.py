"""Telling the CRM: the plan from the published marts, its ledger, and the clock that waiting needs."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from simple_salesforce import Salesforce

from attribution_models.policy import Policy
from orchestration.nightly import NightlyRun
from orchestration.runs import RunFolder
from orchestration.warehouse import open_marts
from writeback import Ledger, Plan, apply_plan, plan_writeback
from writeback.salesforce_writer import SalesforceWriter


class WallClock:
    """The only clock that write-back knows; times are UTC and naive, as its ledger keeps them."""

    def now(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def write_back(run: NightlyRun, accept_changes: bool) -> Mapping[str, int | str]:
    """Send what differs, or show it on a dry run. Returns counts and texts for the asset's page.

    Raises:
        BadInput: the plan refuses to be applied, or the CRM stopped the run for a cause that a person must mend.
    """
    if run.record.writeback == "off":
        return {"skipped": "switched off"}
    if run.source.client is None or run.source.crm is None:
        return {"skipped": f"the source {run.source.name} has no CRM to write to"}
    run.settings.ledgers.mkdir(parents=True, exist_ok=True)
    policy = relaxed(run.policy) if accept_changes else run.policy
    ledger_file = run.settings.ledgers / f"{run.source.crm}.sqlite"
    with Ledger(ledger_file) as ledger:
        return plan_and_apply(run, policy, ledger, run.source.client)


def plan_and_apply(run: NightlyRun, policy: Policy, ledger: Ledger, client: Salesforce) -> Mapping[str, int | str]:
    clock = WallClock()
    writer = SalesforceWriter(client, run.settings.salesforce_timeout_s)
    with open_marts(run.settings.marts) as marts:
        plan = plan_writeback(marts, ledger, writer, policy, run.run_id, clock.now())
    keep_text(run.folder, plan)
    if run.record.writeback == "dry_run":
        return {"dry_run": plan.render()}
    outcome = apply_plan(plan, writer, ledger, run.run_id, clock)
    run.folder.count(
        crm_rows_written=outcome.total("confirmed"),
        crm_rows_refused=outcome.total("rejected"),
        crm_rows_left=outcome.total("left"),
    )
    if outcome.stopped and not outcome.stopped.is_polite:
        raise outcome.stopped.as_bad_input()
    return {**outcome.as_metadata(), "summary": outcome.render()}


def keep_text(folder: RunFolder, plan: Plan) -> None:
    """Every change with old and new beside the run's record, and the first few for a terminal."""
    folder.crm_changes.write_text(plan.render(width=120, samples=1_000_000) + "\n", encoding="utf-8")
    folder.crm_changes_sample.write_text(plan.render(width=100, samples=3) + "\n", encoding="utf-8")


def relaxed(policy: Policy) -> Policy:
    """The policy without the guards that count changes, for a run whose changes a person has looked at."""
    rules = policy.writeback.model_copy(update={"changed_share": 1.0, "withdrawn_share": 1.0})
    return policy.model_copy(update={"writeback": rules})
