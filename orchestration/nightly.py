"""One nightly run: its lock, folder, policy, as-of time and CRM session, held from the first step to the last.

A Dagster resource, so that ``pir run``, the schedule and a person in the web interface all start the same thing.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import dagster as dg
from pydantic import PrivateAttr

from attribution_models.errors import BadInput
from attribution_models.policy import Policy, load_policy
from orchestration.as_of import parse_as_of
from orchestration.failures import Failure, explain
from orchestration.runs import RunFolder, RunRecord, discard_heavy_files, iso, only_run
from orchestration.settings import Settings, load_settings
from orchestration.sources import Source, open_source

WAREHOUSES_KEPT = 3


class NightlyRun:
    """What the steps of one run share. ``as_of`` is the run's only now."""

    def __init__(
        self, settings: Settings, policy: Policy, source: Source, folder: RunFolder, record: RunRecord
    ) -> None:
        self.settings = settings
        self.policy = policy
        self.source = source
        self.folder = folder
        self.record = record

    @property
    def run_id(self) -> str:
        return self.record.run_id

    @cached_property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(str(self.record.as_of))

    @property
    def as_of_sql(self) -> str:
        return self.as_of.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

    def fail(self, failure: Failure) -> None:
        """Record the first failure; what follows from it is not news. What was published stays published."""
        record = self.folder.read()
        if record.error is None:
            status = "failed" if record.status == "running" else record.status
            self.folder.update(status=status, finished_at=iso(datetime.now(UTC)), **failure.recorded())

    def publish(self) -> None:
        self.folder.update(status="published", finished_at=iso(datetime.now(UTC)))

    def end(self) -> None:
        """Nothing more will happen: a run that has not published by now has failed."""
        if self.folder.read().status == "running":
            self.fail(Failure("The run ended before it had published.", "Look at its log in Dagster.", 1))


class Nightly(dg.ConfigurableResource[NightlyRun]):
    """Settings of a single run; what is left empty comes from the environment."""

    source: str = ""
    as_of: str = ""
    writeback: str = ""
    full: bool = False
    accept_changes: bool = False

    _run: NightlyRun | None = PrivateAttr(default=None)

    @property
    def run(self) -> NightlyRun:
        if self._run is None:
            raise RuntimeError("The nightly resource was used outside a run.")
        return self._run

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Nightly"]:
        settings = load_settings()
        policy = load_policy(settings.policy)
        with ExitStack() as stack:
            stack.enter_context(only_run(settings.state))
            folder = RunFolder(settings.runs / str(context.run_id))
            # Dagster may open its resources once more for a run that it has carried out: that run is not begun anew.
            begins = not folder.record_file.exists()
            record = self._begin(folder, settings, policy) if begins else folder.read()
            self._run = self._open(stack, settings, policy, folder, record)
            try:
                yield self
            finally:
                if begins:
                    self._run.end()
                    discard_heavy_files(settings.runs, WAREHOUSES_KEPT)

    def _begin(self, folder: RunFolder, settings: Settings, policy: Policy) -> RunRecord:
        folder.path.mkdir(parents=True, exist_ok=True)
        started = datetime.now(UTC)
        record = RunRecord(
            run_id=folder.path.name,
            started_at=iso(started),
            as_of=iso(parse_as_of(self.as_of, policy.zone)) if self.as_of else None,
            source=self.source or settings.source,
            writeback=self.writeback or settings.writeback,
            policy_hash=policy.hash,
            primary_model=policy.primary_model,
        )
        folder.write(record)
        return record

    def _open(
        self, stack: ExitStack, settings: Settings, policy: Policy, folder: RunFolder, record: RunRecord
    ) -> NightlyRun:
        try:
            source = stack.enter_context(open_source(record.source, settings))
        except BadInput as error:
            folder.update(status="failed", finished_at=iso(datetime.now(UTC)), **explain(error).recorded())
            raise
        if record.as_of is None:
            now = source.now or datetime.fromisoformat(record.started_at)
            record = folder.update(as_of=iso(now))
        return NightlyRun(settings, policy, source, folder, record)


@dg.failure_hook(required_resource_keys={"nightly"})
def record_failure(context: dg.HookContext) -> None:
    """Write down why the run failed while it is known."""
    if context.op_exception:
        context.resources.nightly.run.fail(explain(context.op_exception))


def run_config(**values: object) -> dict[str, Any]:
    """Dagster run configuration for one nightly run, from the fields of ``Nightly``."""
    return {"resources": {"nightly": {"config": {key: value for key, value in values.items() if value is not None}}}}
