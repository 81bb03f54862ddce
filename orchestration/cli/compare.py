"""``pir compare``: what each model gives each partner, side by side, from the published marts."""

from typing import Annotated

import typer
from rich.console import Console

from orchestration.cli.report import published_marts
from orchestration.settings import load_settings


def compare(
    period: Annotated[str | None, typer.Option(help="2026-10, 2026-Q3 or 2026; default: the report's.")] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="Every partner, not only the ten with the most credit.")
    ] = False,
) -> None:
    """All models side by side, per partner."""
    settings = load_settings()
    marts_file = published_marts(settings)
    from orchestration.warehouse import open_marts
    from reports.compare import compare_models

    with open_marts(marts_file) as marts:
        compare_models(marts, period, None if everyone else 10).print_to(Console(highlight=False))
