"""The plan of a write-back: what would be sent, why nothing may be, and what it costs. Nothing is written here.

A plan is made from the marts, the ledger and what the CRM holds now; applying it is another step (apply.py), so that a
dry run is this step alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

import duckdb

from attribution_models.errors import BadInput
from attribution_models.policy import Policy
from writeback.actual import read_rows
from writeback.desired import read_desired
from writeback.diff import Case, TargetPlan, decide, judge, sample
from writeback.errors import CrmError, ErrorKind
from writeback.guards import DEPLOY, Refusal, check_fields, check_keys, check_same_crm, check_shares
from writeback.ledger import Ledger
from writeback.render import render_plan
from writeback.target import TARGETS, Target
from writeback.types import CrmField, CrmWriter, Usage, utc

ROWS_PER_CALL = 200  # the CRM's limit for a collection
DRIFT_SAMPLE_ROWS = 200  # unchanged rows of each object that are looked at for edits by others
MARTS = "marts.marts"  # catalog and schema


@dataclass(frozen=True)
class Plan:
    """What a run will write. ``deferred``: why it must wait, without anyone being at fault (API quota)."""

    run_id: str
    targets: tuple[TargetPlan, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    deferred: str = ""
    notes: tuple[str, ...] = ()
    usage: Usage | None = None
    calls_made: int = 0
    calls_kept_free: int = 0
    retry_hours: float = 1.0

    @property
    def rows_to_send(self) -> int:
        return sum(len(plan.changes) for plan in self.targets)

    @property
    def calls_needed(self) -> int:
        """API calls that sending takes, row locks and lost answers apart."""
        return sum(ceil(len(plan.changes) / ROWS_PER_CALL) for plan in self.targets)

    def raise_if_refused(self) -> None:
        """Raises BadInput with every reason for which nothing may be sent."""
        if self.refusals:
            problems = "\n".join(refusal.problem for refusal in self.refusals)
            remedies = "\n".join(dict.fromkeys(refusal.remedy for refusal in self.refusals))
            raise BadInput(f"Write-back stopped before anything was sent. {problems}", remedies)

    def render(self, width: int = 100, samples: int = 10) -> str:
        """The plan as text for a terminal: counts, and old and new of the first ``samples`` rows of each object."""
        return render_plan(self, width, samples)


def plan_writeback(  # noqa: PLR0917 - the whole of what a plan is made from
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    writer: CrmWriter,
    policy: Policy,
    run_id: str,
    now: datetime,
    *,
    targets: Sequence[Target] = TARGETS,
    schema: str = MARTS,
) -> Plan:
    """Compare the marts with what the CRM was last told, and with the CRM itself for every row that differs.

    ``con`` sees the marts as ``schema``; ``now`` is UTC. Reads the CRM (describe, rows), writes nothing.

    Raises:
        BadInput: the CRM refuses the login or can't be reached.
        LookupError, ValueError: a mart does not fit its target; see read_desired.
    """
    cases = [
        judge(target, read_desired(con, target, schema), ledger.known(target.object_name), utc(now))
        for target in targets
    ]
    try:
        return _plan(cases, writer, policy, run_id)
    except CrmError as error:
        if error.is_quota:
            return Plan(run_id, deferred=f"the CRM's API limit is used up ({error.message})", calls_made=writer.calls)
        raise unusable(error) from error


def check_targets(writer: CrmWriter, targets: Sequence[Target] = TARGETS) -> list[Refusal]:
    """What is wrong with the fields that would be written, whatever the marts hold; empty where all fits.

    Raises:
        BadInput: the CRM refuses the login or can't be reached.
    """
    try:
        return [refusal for target in targets for refusal in check_fields(target, _describe(writer, target))]
    except CrmError as error:
        raise unusable(error) from error


def unusable(error: CrmError) -> BadInput:
    """What a person is told where the CRM can't be used at all."""
    remedies = {
        ErrorKind.AUTH: "Check the credentials and the rights of the user that pir logs in as.",
        ErrorKind.SCHEMA: DEPLOY,
        ErrorKind.DATA: "Look up the message above in the CRM's documentation; nothing was sent.",
        ErrorKind.TRANSIENT: "Check the network and the CRM's status page, then run again.",
    }
    return BadInput(f"Write-back could not use the CRM: {error.code}: {error.message}", remedies[error.kind])


def _plan(cases: Sequence[Case], writer: CrmWriter, policy: Policy, run_id: str) -> Plan:
    described = [(case, _describe(writer, case.target)) for case in cases]
    usage = writer.api_usage()
    plan = Plan(
        run_id,
        refusals=tuple(refusal for case, fields in described for refusal in _misfits(case, fields)),
        notes=tuple(note for case, fields in described for note in _notes(case.target, fields, policy)),
        usage=usage,
        calls_made=writer.calls,
        calls_kept_free=ceil(usage.total * policy.writeback.quota_floor_share) if usage else 0,
        retry_hours=policy.writeback.retry_hours,
    )
    to_read = [_keys_to_read(case, run_id) for case in cases]
    reads = sum(writer.count_reads(case.target.key, keys) for case, keys in zip(cases, to_read, strict=True))
    if plan.refusals:
        return plan
    if usage and usage.used + reads > usage.total - plan.calls_kept_free:
        return replace(plan, deferred=_quota_text(usage, plan.calls_kept_free))
    plans = [
        decide(case, read_rows(writer, case.target, keys), keys) for case, keys in zip(cases, to_read, strict=True)
    ]
    looked_at = sum(len(set(keys) & set(case.known.confirmed)) for case, keys in zip(cases, to_read, strict=True))
    refusals = (*check_same_crm(plans, looked_at), *check_shares(plans, policy.writeback))
    return replace(plan, targets=tuple(plans), refusals=refusals, calls_made=writer.calls)


def _keys_to_read(case: Case, run_id: str) -> list[str]:
    """All open rows, and a few that need nothing: someone may have edited them."""
    return [*case.open, *sample(case.unchanged, DRIFT_SAMPLE_ROWS, run_id)]


def _describe(writer: CrmWriter, target: Target) -> dict[str, CrmField]:
    """The object's fields; none where the CRM has no such object, or the user may not see it."""
    try:
        return writer.describe(target.object_name)
    except CrmError as error:
        if error.kind is ErrorKind.SCHEMA:
            return {}
        raise


def _misfits(case: Case, described: dict[str, CrmField]) -> list[Refusal]:
    return check_keys(case.target, case.desired) + check_fields(case.target, described, case.desired)


def _notes(target: Target, described: dict[str, CrmField], policy: Policy) -> list[str]:
    """A Currency field shows our reporting currency's number under each record's own currency sign."""
    if "currencyisocode" not in described:
        return []
    found = (described.get(field.name.lower()) for field in target.fields)
    names = [field.name for field in found if field is not None and field.type == "currency"]
    if not names:
        return []
    return [
        f"{target.object_name}: {', '.join(names)} are Currency fields, so the CRM shows them in each record's own "
        f"currency; they hold {policy.reporting_currency}."
    ]


def _quota_text(usage: Usage, kept_free: int) -> str:
    return f"{usage.used:,} of the CRM's {usage.total:,} API calls are used, and {kept_free:,} are left to others"
