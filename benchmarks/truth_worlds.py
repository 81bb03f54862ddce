"""Makes one simulated business of a family and keeps what judging a model takes: touches, journeys, records, truth.

    python -m benchmarks.truth_worlds FAMILY SEED DEALS FOLDER

The rules run in the nightly job's own steps, from the local CRM to the touchpoints. One process for each business:
Dagster, dbt and the settings belong to a process.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import duckdb

_TABLES = {
    "touch": "select * from intermediate.int_touch order by deal_id, position",
    "journey": "select * from intermediate.int_journey order by deal_id, position",
    # A record that rule 8 united with another stands for the touchpoint that stayed.
    "record": """
        select candidates.deal_id, candidates.source_record_id as record_id,
            coalesce(duplicates.stays_as, candidates.touchpoint_id) as touchpoint_id
        from intermediate.int_candidate as candidates
        left join intermediate.int_duplicate as duplicates using (touchpoint_id)
        where candidates.exclusion_reason is null
    """,
}


@dataclass(frozen=True)
class TruthWorld:
    """One business: ``family`` of ``sandbox.simulator.families``, ``seed``, ``deals``, and the folder of its tables."""

    family: str
    seed: int
    deals: int
    work: Path

    @property
    def folder(self) -> Path:
        return self.work / f"{self.family}-{self.deals}-{self.seed}"

    def table(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"


def make(world: TruthWorld) -> None:
    """Build ``world`` in a process of its own, unless it is there.

    Raises:
        RuntimeError: the job failed; the message ends with what it last said.
    """
    if world.folder.exists():
        return
    arguments = [world.family, str(world.seed), str(world.deals), str(world.work)]
    with tempfile.TemporaryDirectory() as home:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIR_", "DBT_", "DAGSTER_"))}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.truth_worlds", *arguments],
            env={**clean, "PIR_HOME": home},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{world.folder.name} could not be built: {(done.stdout + done.stderr)[-2000:]}")


def build(world: TruthWorld) -> None:
    """The sandbox, then the job's steps landing and touchpoints in this process's PIR_HOME, then the tables."""
    from orchestration.settings import load_settings
    from sandbox.generate import generate
    from sandbox.simulator.families import FAMILIES

    settings = load_settings()
    generate(settings.sandbox, deals=world.deals, seed=world.seed, settings=FAMILIES[world.family])
    run_folder = settings.runs / judge_touchpoints(settings.state)
    partial = world.folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with duckdb.connect(str(run_folder / "warehouse.duckdb"), read_only=True) as warehouse:
        warehouse.execute(f"attach '{run_folder / 'marts.duckdb'}' as marts (read_only)")
        for name, select in _TABLES.items():
            warehouse.execute(f"copy ({select}) to '{partial / name}.parquet' (format parquet)")
    shutil.copyfile(settings.sandbox / "truth.parquet", partial / "truth.parquet")
    partial.rename(world.folder)


def judge_touchpoints(home: Path) -> str:
    """Run the nightly job up to its touchpoints; the run's id."""
    from orchestration.definitions import defs
    from orchestration.instance import open_instance
    from orchestration.nightly import run_config

    run_id = str(uuid.uuid4())
    job = defs().resolve_job_def("nightly")
    with open_instance(home) as instance:
        job.execute_in_process(
            run_config=run_config(source="sandbox", writeback="off"),
            instance=instance,
            run_id=run_id,
            op_selection=["landing", "touchpoints"],
        )
    return run_id


if __name__ == "__main__":
    _family, _seed, _deals, _work = sys.argv[1:]
    build(TruthWorld(_family, int(_seed), int(_deals), Path(_work)))
