"""Makes a sandbox: simulates a partner programme, fills a CRM with it, and writes the known truth beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sandbox import crm_rows, crm_rows_programme, ids
from sandbox.crm_objects import OBJECTS
from sandbox.crm_rows import PREFIX, Columns
from sandbox.simulator.settings import SimulatorSettings
from sandbox.simulator.table import size
from sandbox.simulator.world import World, counts_by_status, simulate
from sandbox.state import SANDBOX_NOW, STORE_FILE, build_folder, new_state, save_state
from sandbox.store import Store
from sandbox.truth import write_truth

__all__ = ["SANDBOX_NOW", "SandboxSummary", "generate"]

_SLICE = 100_000  # rows turned into Python values at a time; bounds the memory, not the size of the data
_BY_NAME = {item.name: item for item in OBJECTS}
_PROGRAMME: dict[str, Callable[[World, slice], Columns]] = {
    "Partner_Activity__c": crm_rows_programme.activity_columns,
    "Account_Integration__c": crm_rows_programme.integration_columns,
    "Deal_Registration__c": crm_rows_programme.registration_columns,
    "Partner_Investment__c": crm_rows_programme.investment_columns,
    "Attribution_Override__c": crm_rows_programme.override_columns,
    "Partner_Target__c": crm_rows_programme.target_columns,
    "DatedConversionRate": crm_rows_programme.rate_columns,
}


@dataclass(frozen=True)
class SandboxSummary:
    """What was made. ``rows`` counts records by object name; deals are ``open`` + ``won`` + ``lost``."""

    folder: Path
    now: datetime
    seed: int
    deals: int
    partners: int
    accounts: int
    open: int
    won: int
    lost: int
    rows: dict[str, int]


def generate(
    folder: Path,
    deals: int = 2_000,
    seed: int = 7,
    now: datetime = SANDBOX_NOW,
    settings: SimulatorSettings | None = None,
) -> SandboxSummary:
    """A sandbox of so many ``deals`` in ``folder``, in place of one that was there; a failure leaves the old one.

    The same arguments give the same records and the same truth; only the client's secret differs. ``now`` is aware.
    Raises ValueError for fewer than 50 deals, too few for a business.
    """
    if deals < 50:
        raise ValueError(f"a sandbox needs at least 50 deals, not {deals}")
    world = simulate(settings or SimulatorSettings(), deals, seed, now)
    state = new_state(ids.make_id(PREFIX["User"], 1), now, deals, seed)
    counts: dict[str, int] = {}

    def build(beside: Path) -> None:
        counts.update(_fill(beside / STORE_FILE, world, now))
        write_truth(beside, world)
        save_state(beside, state)

    build_folder(folder, build)
    return _summary(folder, world, seed, now, counts)


def _fill(path: Path, world: World, now: datetime) -> dict[str, int]:
    store = Store.create(path, now)
    try:
        counts: dict[str, int] = {}
        for name, count, columns in _objects(world):
            for start in range(0, count, _SLICE):
                rows = slice(start, min(start + _SLICE, count))
                store.bulk_insert(_BY_NAME[name], columns(world, rows))
            counts[name] = counts.get(name, 0) + count
        store.build_indexes()
    finally:
        store.close()
    return counts


def _objects(world: World) -> list[tuple[str, int, Callable[[World, slice], Columns]]]:
    """Every object with its rows, in the order in which they are numbered: partners are the first accounts."""
    programme = crm_rows_programme.rows_of(world)
    return [
        ("User", len(world.people) + 1, crm_rows.user_columns),
        ("Account", size(world.setting.partners), crm_rows.partner_columns),
        ("Account", size(world.accounts), crm_rows.account_columns),
        ("Opportunity", size(world.deals), crm_rows.deal_columns),
        ("OpportunityHistory", size(world.history), crm_rows.history_columns),
        *((name, programme[name], columns) for name, columns in _PROGRAMME.items()),
    ]


def _summary(folder: Path, world: World, seed: int, now: datetime, counts: dict[str, int]) -> SandboxSummary:
    open_deals, won, lost = counts_by_status(world.deals)
    return SandboxSummary(
        folder=folder,
        now=now,
        seed=seed,
        deals=size(world.deals),
        partners=size(world.setting.partners),
        accounts=size(world.accounts),
        open=open_deals,
        won=won,
        lost=lost,
        rows=counts,
    )
