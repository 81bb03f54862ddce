"""``pir report``: the report of another period or model, from the published marts."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from attribution_models.errors import BadInput
from orchestration.settings import Settings, load_settings


def published_marts(settings: Settings) -> Path:
    """The published file.

    Raises:
        BadInput: nothing was published yet.
    """
    if not settings.marts.exists():
        raise BadInput(f"Nothing is published in {settings.state} yet.", "Run `pir run` first.")
    return settings.marts


def report(
    period: Annotated[str | None, typer.Option(help="2026-10, 2026-Q3 or 2026; default: last night's choice.")] = None,
    model: Annotated[str | None, typer.Option(help="A model other than the primary one.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; default: PIR_HOME/report.")] = None,
) -> None:
    """Render report.html, report.md, report.xlsx and a page for each partner from the published marts."""
    settings = load_settings()
    marts_file = published_marts(settings)
    from orchestration.warehouse import open_marts
    from reports import render

    with open_marts(marts_file) as marts:
        rendered = render(marts, out or settings.report, period=period, model=model)
    console = Console(highlight=False)
    for path in rendered.paths:
        console.print(str(path), markup=False, soft_wrap=True)
