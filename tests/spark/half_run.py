"""Carries out two steps of the nightly job, touchpoints and credits, on what was landed before: python -m ... AS_OF."""

import sys
import tempfile

from dagster import AssetKey, DagsterInstance

from orchestration.definitions import defs
from orchestration.defs.credits import attribution_credits
from orchestration.defs.transformation import touchpoints
from orchestration.nightly import run_config
from tests.spark.landings import RUN_ID


def execute(as_of: str) -> bool:
    """Whether both steps succeeded. The source is never opened again: an empty folder will do."""
    keys: list[AssetKey] = [*touchpoints.keys, *attribution_credits.keys]
    with tempfile.TemporaryDirectory() as nothing:
        result = (
            defs()
            .resolve_job_def("nightly")
            .execute_in_process(
                run_config=run_config(source=f"files:{nothing}", as_of=as_of),
                instance=DagsterInstance.ephemeral(),
                run_id=RUN_ID,
                asset_selection=keys,
                raise_on_error=False,
            )
        )
    return result.success


if __name__ == "__main__":
    sys.exit(not execute(sys.argv[1]))
