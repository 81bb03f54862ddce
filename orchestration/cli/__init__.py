"""The ``pir`` command. Heavy imports happen inside the commands that need them, so that help comes at once."""

import os
import sys

import typer
from rich.console import Console

from orchestration.cli import compare, explain, report, run, sandbox, whatif
from orchestration.cli.doctor import doctor
from orchestration.failures import StepFailed
from orchestration.failures import explain as explain_failure
from orchestration.settings import quiet_telemetry

app = typer.Typer(
    name="pir",
    help="Partner influenced revenue: from CRM to marts, report and back, to the cent.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("run")(run.run)
app.command("report")(report.report)
app.command("compare")(compare.compare)
app.command("whatif")(whatif.whatif)
app.add_typer(explain.app, name="explain")
app.command("sandbox")(sandbox.sandbox)
app.command("doctor")(doctor)


def main() -> None:
    """Run the command; what a person can mend ends in one message and exit status 2, a failed check in 1."""
    quiet_telemetry()
    try:
        app()
    except BrokenPipeError:
        # The reader of a pipe has seen enough; what is left unprinted must not be complained about at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        say_failure("Stopped.", "Run it again when you like; nothing was left half done.")
        sys.exit(130)
    except Exception as error:
        failure = explain_failure(error)
        if failure.exit_status != 2 and not isinstance(error, StepFailed):
            raise
        say_failure(failure.problem, failure.remedy)
        sys.exit(failure.exit_status)


def say_failure(problem: str, remedy: str) -> None:
    """Problem and remedy on standard error, wrapped to the terminal, with no markup read into them."""
    console = Console(stderr=True, highlight=False)
    console.print("Error:", style="bold red", end=" ")
    console.print(problem, markup=False, soft_wrap=not console.is_terminal)
    console.print("What to do:", style="bold", end=" ")
    console.print(remedy, markup=False, soft_wrap=not console.is_terminal)
