"""``pir explain``: one deal or one partner, down to the source row and the last cent."""

from typing import Annotated

import typer
from rich.console import Console

from orchestration.cli.report import published_marts
from orchestration.settings import load_settings

app = typer.Typer(help="Why a number is what it is.", no_args_is_help=True, rich_markup_mode=None)


@app.command("deal")
def deal(deal_id: Annotated[str, typer.Argument(help="The deal's id in the CRM.")]) -> None:
    """Every touchpoint, kept or not and why; category; the arithmetic of every model."""
    settings = load_settings()
    marts_file = published_marts(settings)
    from orchestration.warehouse import open_marts
    from reports.explain import explain_deal

    with open_marts(marts_file) as marts:
        explain_deal(marts, deal_id).print_to(Console(highlight=False))


@app.command("partner")
def partner(
    partner_id: Annotated[str, typer.Argument(help="The partner's id in the CRM.")],
    period: Annotated[str | None, typer.Option(help="2026-10, 2026-Q3 or 2026.")] = None,
) -> None:
    """Credit by model, the deals behind it, and what was left out and why."""
    settings = load_settings()
    marts_file = published_marts(settings)
    from orchestration.warehouse import open_marts
    from reports.explain import explain_partner

    with open_marts(marts_file) as marts:
        explain_partner(marts, partner_id, period).print_to(Console(highlight=False))
