"""``pir run``: the nightly job, started by hand."""

import os
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console

from attribution_models.errors import BadInput
from attribution_models.policy import load_policy
from attribution_models.registry import enabled_models
from orchestration.as_of import parse_as_of
from orchestration.cli.headline import print_headline
from orchestration.failures import Failure, explain
from orchestration.runs import RunFolder, only_run
from orchestration.settings import Settings, check_source, load_settings

STEPS = {
    "landing": "Extract and land the source tables",
    "landed__deals_landing_gate": "Gate: what was landed",
    "previous": "Set aside what was published last, to compare with",
    "touchpoints": "Judge deals and touchpoints under the policy (dbt)",
    "credits": "Divide each deal among its touchpoints, every model",
    "engine__touchpoint_credit_credits_gate": "Gate: credits add up to the cent",
    "splits": "Divide credits again where the policy asks for it",
    "scorecard": "Judge the models on later deals",
    "incrementality": "Estimate what the programme adds",
    "marts": "Build and test the marts (dbt)",
    "marts__mart_executive_summary_marts_gate": "Gate: marts reconcile",
    "marts__sync_deal_outbound_gate": "Gate: what would be written back",
    "report": "Render the report",
    "publish": "Publish marts and report",
    "writeback": "Write back to the CRM",
}
UNRECORDED = Failure("The run ended without saying why.", "Read run.log in its folder under PIR_HOME/runs.", 1)


def run(  # noqa: PLR0917 - one for each option
    source: Annotated[str | None, typer.Option(help="files:DIR, salesforce or sandbox.", metavar="SOURCE")] = None,
    as_of: Annotated[str | None, typer.Option(help="The run's only now: 2026-09-30 or 2026-09-30T06:00:00Z.")] = None,
    no_writeback: Annotated[bool, typer.Option("--no-writeback", help="Leave the CRM alone.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show each change to the CRM, send none.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Read everything again, and find hard deletions.")] = False,
    accept_changes: Annotated[
        bool,
        typer.Option("--accept-changes", help="Let this run change more of the CRM than the policy's guard allows."),
    ] = False,
) -> None:
    """Run the whole nightly job: extract, judge, attribute, check, publish, report, write back."""
    if no_writeback and dry_run:
        raise BadInput("--no-writeback and --dry-run exclude each other.", "Choose one of the two.")
    settings = load_settings()
    writeback = "off" if no_writeback else "dry_run" if dry_run else None
    given = {
        "source": source,
        "as_of": as_of,
        "writeback": writeback,
        "full": full or None,
        "accept_changes": accept_changes or None,
    }
    check_before_starting(settings, source, as_of)
    console = Console(highlight=False)
    console.print(
        f"Nightly run on {source or settings.source}, state in {settings.state}", markup=False, soft_wrap=True
    )
    folder, failure = execute(settings, console, given)
    if failure:
        from orchestration.cli import say_failure

        say_failure(failure.problem, failure.remedy)
        raise typer.Exit(failure.exit_status)
    print_headline(Console(highlight=False), settings, folder)


def execute(settings: Settings, console: Console, given: dict[str, Any]) -> tuple[RunFolder, Failure | None]:
    """Execute the nightly job in this process; the second value says why it did not publish, if it did not.

    What frameworks print goes to ``run.log`` in the run's folder: the terminal is for the person who runs the job.
    """
    run_id = str(uuid.uuid4())
    folder = RunFolder(settings.runs / run_id)
    folder.path.mkdir(parents=True)
    progress = Progress(console, sys.stdout)
    with (folder.path / "run.log").open("w", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
        try:
            succeeded = run_job(settings, run_id, given, progress)
        except Exception as error:
            traceback.print_exc()
            return folder, recorded_failure(folder) or explain(error)
    return folder, None if succeeded else recorded_failure(folder) or UNRECORDED


def run_job(settings: Settings, run_id: str, given: dict[str, Any], on_event: Callable[[Any], None]) -> bool:
    from orchestration.definitions import defs
    from orchestration.instance import open_instance
    from orchestration.nightly import run_config

    job = defs().resolve_job_def("nightly")
    with open_instance(settings.state) as instance:
        instance.add_event_listener(run_id, on_event)
        result = job.execute_in_process(
            run_config=run_config(**given), instance=instance, run_id=run_id, raise_on_error=False
        )
    return result.success


def check_before_starting(settings: Settings, source: str | None, as_of: str | None) -> None:
    """Find what can be found wrong before anything heavy is loaded.

    Raises:
        BadInput: the home can't be written or is in use, the policy, the source or the as-of time is wrong, or Spark is
            asked for and not set up.
    """
    check_writable(settings.state)
    policy = load_policy(settings.policy)
    enabled_models(policy)
    if as_of:
        parse_as_of(as_of, policy.zone)
    check_source(source or settings.source, settings)
    if settings.engine == "spark":
        from orchestration.spark.session import check_spark

        check_spark(settings)
    with only_run(settings.state):
        pass


def recorded_failure(folder: RunFolder) -> Failure | None:
    """The failure that a step wrote down with its remedy, which knows more than what a framework raised after it."""
    if not folder.record_file.exists():
        return None
    record = folder.read()
    if record.error is None or record.remedy is None:
        return None
    return Failure(record.error, record.remedy, record.exit_status)


def check_writable(state: Path) -> None:
    try:
        state.mkdir(parents=True, exist_ok=True)
        probe = state / f".write-test-{os.getpid()}"
        probe.write_bytes(b"pir")
        probe.unlink()
    except OSError as error:
        raise BadInput(
            f"PIR_HOME {state} can't be written: {error.strerror}.", "Give a folder you may write to."
        ) from error


class Progress:
    """Prints a line when a step ends. Called by Dagster with each event of the run."""

    def __init__(self, console: Console, stdout: TextIO) -> None:
        self.console = Console(file=stdout, highlight=False, width=console.width)
        self.started: dict[str, float] = {}

    def __call__(self, event: Any) -> None:  # noqa: ANN401 - Dagster's log entry
        step = event.step_key
        if not event.is_dagster_event or step is None:
            return
        kind = event.dagster_event.event_type_value
        if kind == "STEP_START":
            self.started[step] = time.monotonic()
        elif kind in ("STEP_SUCCESS", "STEP_FAILURE"):
            self.say(step, kind == "STEP_SUCCESS")

    def say(self, step: str, succeeded: bool) -> None:
        seconds = time.monotonic() - self.started.get(step, time.monotonic())
        mark = "[green]done[/]" if succeeded else "[red]failed[/]"
        self.console.print(f"  {mark} {STEPS.get(step, step)} [dim]{seconds:.1f} s[/]")
