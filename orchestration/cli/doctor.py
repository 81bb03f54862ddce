"""``pir doctor``: what is set up, what is not, and what to do about it. Changes nothing."""

import importlib.metadata
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding

from attribution_models.errors import BadInput
from orchestration.settings import DBT_PROJECT_DIR, PROJECT_ROOT, Settings, load_settings

FREE_GIB_WANTED = 2.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at; ``remedy`` is empty where nothing has to be done."""

    subject: str
    detail: str
    remedy: str = ""


def doctor(source: Annotated[str | None, typer.Option(help="The source to check; default PIR_SOURCE.")] = None) -> None:
    """Check set-up, policy, disk, versions, credentials and CRM fields; exit status 2 if something has to be mended."""
    console = Console(highlight=False)
    settings = load_settings()
    findings = list(examine(settings, source or settings.source))
    for finding in findings:
        show(console, finding)
    if any(finding.remedy for finding in findings):
        raise typer.Exit(2)


def show(console: Console, finding: Finding) -> None:
    mark = "[red]mend[/]" if finding.remedy else "[green]ok[/]  "
    console.print(f"{mark} [bold]{finding.subject}[/]")
    console.print(Padding(finding.detail, (0, 0, 0, 5)), markup=False)
    if finding.remedy:
        console.print(Padding(f"What to do: {finding.remedy}", (0, 0, 0, 5)), markup=False)


def examine(settings: Settings, source: str) -> Iterator[Finding]:
    """Every finding, in the order in which one would mend them."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("Python and packages", versions),
        ("PIR_HOME", lambda: home(settings)),
        ("Policy", lambda: policy(settings)),
        ("dbt project", dbt_project),
        *([("Spark", lambda: spark(settings))] if settings.engine == "spark" else []),
        (f"Source {source}", lambda: source_and_fields(settings, source)),
    ]
    for subject, check in checks:
        try:
            yield Finding(subject, check())
        except BadInput as error:
            yield Finding(subject, error.problem, error.remedy)


def versions() -> str:
    wanted = dict(locked_versions())
    installed = {
        name: importlib.metadata.version(name) for name in ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "pandas")
    }
    differing = [f"{name} {found}, locked {wanted[name]}" for name, found in installed.items() if found != wanted[name]]
    if differing:
        raise BadInput(
            f"Installed versions differ from requirements.lock: {'; '.join(differing)}.", "Run `make setup`."
        )
    return f"Python {sys.version.split()[0]}; " + ", ".join(f"{name} {found}" for name, found in installed.items())


def locked_versions() -> Iterator[tuple[str, str]]:
    """Names and versions of the lock's pins."""
    for line in (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        name, sign, rest = line.partition("==")
        if sign and not line.startswith((" ", "#")):
            yield name.split("[")[0], rest.split(" ")[0]


def home(settings: Settings) -> str:
    from orchestration.cli.run import check_writable

    check_writable(settings.state)
    free = shutil.disk_usage(settings.state).free / 2**30
    if free < FREE_GIB_WANTED:
        raise BadInput(
            f"{settings.state} has {free:.1f} GiB left.",
            f"Free at least {FREE_GIB_WANTED:.0f} GiB, or point PIR_HOME to a larger disk.",
        )
    published = "marts are published" if settings.marts.exists() else "nothing is published yet"
    return f"{settings.state}: {free:.0f} GiB free, {published}"


def policy(settings: Settings) -> str:
    from attribution_models.policy import load_policy
    from attribution_models.registry import enabled_models

    loaded = load_policy(settings.policy)
    models = enabled_models(loaded)
    return f"{settings.policy}: hash {loaded.hash}, {len(models)} models, primary {loaded.primary_model}"


def dbt_project() -> str:
    from orchestration.dbt import newest_source, project

    if not project.manifest_path.exists():
        raise BadInput("The dbt project has not been parsed.", "Run `make setup`.")
    if project.manifest_path.stat().st_mtime < newest_source():
        return f"{DBT_PROJECT_DIR}: changed since it was parsed; the next run parses it anew"
    return f"{DBT_PROJECT_DIR}: parsed"


def spark(settings: Settings) -> str:
    from orchestration.spark.session import check_spark

    return check_spark(settings)


def source_and_fields(settings: Settings, source: str) -> str:
    """Opens the source as a run would; for a CRM, also whether each field that is written is there."""
    if source == "sandbox" and not settings.sandbox.exists():
        return "not made yet; the first run makes it, or `pir sandbox`"
    from orchestration.sources import open_source

    with ExitStack() as stack:
        opened = stack.enter_context(open_source(source, settings))
        if opened.client is None:
            return "readable; no CRM to write to"
        from writeback import check_targets
        from writeback.salesforce_writer import SalesforceWriter

        problems = check_targets(SalesforceWriter(opened.client, settings.salesforce_timeout_s))
    if problems:
        text = "; ".join(refusal.problem for refusal in problems)
        raise BadInput(text, problems[0].remedy)
    return "login accepted; every field that is written back is there"
