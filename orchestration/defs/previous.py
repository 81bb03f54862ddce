"""The last publication beside the run, so that the marts can tell what they change of it."""

from collections.abc import Iterator

import dagster as dg

from orchestration.nightly import Nightly
from orchestration.previous import contract, copy_previous
from orchestration.warehouse import open_warehouse

KEYS = {name: dg.AssetKey([source, name]) for source, tables in contract().items() for name in tables}


def previous_specs() -> list[dg.AssetSpec]:
    """The specs of the copied tables. A function: loose specs of a module would be assets of their own."""
    return [
        dg.AssetSpec(key, group_name="previous", kinds={"duckdb"}, description=f"{name} as it was published last.")
        for name, key in KEYS.items()
    ]


@dg.multi_asset(name="previous", specs=previous_specs(), pool="warehouse")
def previous(nightly: dg.ResourceParam[Nightly]) -> Iterator[dg.MaterializeResult]:
    """Copy what a comparison needs of the marts that stand published now."""
    run = nightly.run
    with open_warehouse(run.folder) as warehouse:
        rows = copy_previous(warehouse, run.settings.marts, run.policy)
    for name, key in KEYS.items():
        yield dg.MaterializeResult(asset_key=key, metadata={"dagster/row_count": rows[name]})
