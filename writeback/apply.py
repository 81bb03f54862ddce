"""Carry out a plan: batch by batch, each noted before it is sent and settled after the CRM has answered.

A run that is killed between the two leaves its rows as intended; the next plan reads them back. So a run can be
repeated at any time without double effect.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from writeback.deliver import Delivery, deliver
from writeback.diff import TargetPlan
from writeback.errors import CrmError, ErrorKind
from writeback.ledger import Ledger
from writeback.outcome import Counts, Outcome, Stop
from writeback.plan import ROWS_PER_CALL, Plan, unusable
from writeback.types import Change, Clock, CrmWriter

OnProgress = Callable[[str, int, int], None]
"""Called with the object, the rows sent so far and the rows to send."""


def apply_plan(  # noqa: PLR0917 - the caller's whole world, handed in
    plan: Plan, writer: CrmWriter, ledger: Ledger, run_id: str, clock: Clock, on_progress: OnProgress | None = None
) -> Outcome:
    """Send what ``plan`` says, confirm it row by row, keep what is refused, and stop politely where the CRM says so.

    What the CRM answers never raises here: the outcome says what went in and why the run stopped early.

    Raises:
        BadInput: the plan refuses to be applied.
    """
    plan.raise_if_refused()
    run = _Run(plan, writer, ledger, run_id, clock, on_progress or (lambda *_: None))
    outcome = Outcome(counts={target.target.object_name: _planned(target) for target in plan.targets})
    for target in plan.targets:
        run.reconcile(target)
    if plan.deferred:
        outcome.stopped = _polite(plan.deferred)
    calls_before = writer.calls
    for target in plan.targets:
        if outcome.stopped is None:
            outcome.stopped = run.send(target, outcome)
    for target in plan.targets:
        counts = outcome.counts[target.target.object_name]
        counts.left = len(target.changes) - counts.confirmed - counts.rejected - counts.unknown
    outcome.api_calls = plan.calls_made + writer.calls - calls_before
    return outcome


def _planned(target: TargetPlan) -> Counts:
    return Counts(
        unchanged=target.unchanged,
        adopted=len(target.adopted),
        waiting=target.waiting,
        drifted=len({drift.key for drift in target.drift}),
    )


@dataclass(frozen=True)
class _Run:
    plan: Plan
    writer: CrmWriter
    ledger: Ledger
    run_id: str
    clock: Clock
    on_progress: OnProgress

    def reconcile(self, target: TargetPlan) -> None:
        self.ledger.reconcile(
            self.run_id,
            target.target.object_name,
            self.clock.now(),
            adopted=target.adopted,
            gone=target.gone,
            learnt=target.learnt,
            obsolete_rejects=target.obsolete_rejects,
            drift=target.drift,
        )

    def send(self, target: TargetPlan, outcome: Outcome) -> Stop | None:
        """Send one object's rows; gives the reason where the run must end."""
        for start in range(0, len(target.changes), ROWS_PER_CALL):
            if stop := self._quota_stop():
                return stop
            batch = target.changes[start : start + ROWS_PER_CALL]
            delivery = self._send_batch(target, batch)
            _count(outcome, target, batch, delivery)
            self.on_progress(target.target.object_name, start + len(batch), len(target.changes))
            if stop := _stop_after(delivery):
                return stop
        return None

    def _send_batch(self, target: TargetPlan, batch: Sequence[Change]) -> Delivery:
        name = target.target.object_name
        noted = self.ledger.intend(self.run_id, name, batch, self.clock.now())
        delivery = deliver(self.writer, target.target, batch, self.clock)
        retry = timedelta(hours=self.plan.retry_hours)
        self.ledger.settle(noted, delivery.results, self.clock.now(), retry)
        if not delivery.is_unknown:
            self.ledger.close_unsent(noted, self.clock.now())
        return delivery

    def _quota_stop(self) -> Stop | None:
        usage = self.writer.api_usage()
        if usage is None or usage.used + 1 <= usage.total - self.plan.calls_kept_free:
            return None
        return _polite(
            f"{usage.used:,} of the CRM's {usage.total:,} API calls are used, "
            f"and {self.plan.calls_kept_free:,} are left to others"
        )


def _polite(why: str) -> Stop:
    return Stop(f"{why[0].upper()}{why[1:]}.", "Nothing: the next run goes on where this one ended.", is_polite=True)


def _stop_after(delivery: Delivery) -> Stop | None:
    if delivery.error is not None:
        return _stop_for(delivery.error)
    wrong = [result for result in delivery.results.values() if result.kind in (ErrorKind.SCHEMA, ErrorKind.AUTH)]
    if wrong and not any(result.is_ok for result in delivery.results.values()):
        return _stop_for(CrmError(wrong[0].kind or ErrorKind.SCHEMA, wrong[0].code, wrong[0].message))
    return None


def _stop_for(error: CrmError) -> Stop:
    if error.is_quota:
        return _polite(f"the CRM's API limit is used up ({error.message})")
    told = unusable(error)
    return Stop(told.problem, told.remedy)


def _count(outcome: Outcome, target: TargetPlan, batch: Sequence[Change], delivery: Delivery) -> None:
    counts = outcome.counts[target.target.object_name]
    answers = [(change, delivery.results.get(change.key)) for change in batch]
    confirmed = [change for change, result in answers if result is not None and result.is_ok]
    answered = sum(result is not None for _, result in answers)
    counts.confirmed += len(confirmed)
    counts.withdrawn += sum(change.kind == "withdraw" for change in confirmed)
    counts.rejected += answered - len(confirmed)
    counts.unknown += len(batch) - answered if delivery.is_unknown else 0
    counts.sent += len(batch) if delivery.is_unknown else answered
    refused = Counter(result.code for result in delivery.results.values() if not result.is_ok)
    outcome.codes = dict(Counter(outcome.codes) + refused)
