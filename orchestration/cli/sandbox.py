"""``pir sandbox``: the local CRM with believable data and a known truth."""

import threading
from typing import Annotated

import typer
from rich.console import Console

from orchestration.settings import Settings, load_settings


def sandbox(
    deals: Annotated[int | None, typer.Option(min=50, help="How many deals; default PIR_SANDBOX_DEALS.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same data; default PIR_SANDBOX_SEED.")] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Keep it open for your own client until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="With --serve; 0 takes a free one.")] = 0,
) -> None:
    """Make the local CRM anew, or serve the one that is there."""
    settings = load_settings()
    console = Console(highlight=False)
    if deals is not None or seed is not None or not settings.sandbox.exists():
        make(settings, console, deals or settings.sandbox_deals, settings.sandbox_seed if seed is None else seed)
    if serve:
        stay_open(settings, console, port)


def make(settings: Settings, console: Console, deals: int, seed: int) -> None:
    """Generate in place of the sandbox that stood here; to a run the new one is another org, with its own ledger."""
    from sandbox.generate import generate

    with console.status(f"Simulating {deals:,} deals"):
        summary = generate(settings.sandbox, deals=deals, seed=seed)
    console.print(
        f"{summary.deals:,} deals ({summary.won:,} won, {summary.lost:,} lost, {summary.open:,} open),", markup=False
    )
    console.print(
        f"{summary.partners:,} partners and {summary.accounts:,} accounts up to {summary.now:%Y-%m-%d}.", markup=False
    )
    console.print(
        f"The known truth, which no run reads: {settings.sandbox / 'truth.parquet'}", markup=False, soft_wrap=True
    )


def stay_open(settings: Settings, console: Console, port: int) -> None:
    from sandbox.server import serve

    with serve(settings.sandbox, port=port) as crm:
        console.print(f"Serving on {crm.base_url} as {crm.domain}.salesforce.com; Ctrl-C ends it.", markup=False)
        console.print(
            f"Client id {crm.client_id}; the secret lies in {settings.sandbox}.", markup=False, soft_wrap=True
        )
        threading.Event().wait()
