"""The job as Dagster starts it, without ``pir``: what the schedule and the web interface do."""

import json
import subprocess
import sys
from pathlib import Path

from tests.pipeline.homes import make_home

ROOT = Path(__file__).parents[2]


def test_dagster_runs_the_job_that_the_command_runs(tmp_path: Path) -> None:
    """A run that Dagster launches publishes, tells the CRM, and is recorded as published."""
    home = make_home(tmp_path, PIR_SANDBOX_DEALS="60")
    (tmp_path / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text())
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dagster")),
            "job",
            "execute",
            "-m",
            "orchestration.definitions",
            "-j",
            "nightly",
        ],
        cwd=tmp_path,
        env={**home.env, "DAGSTER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    [record] = [json.loads(file.read_text()) for file in (home.path / "runs").glob("*/run.json")]
    assert (record["status"], record["error"]) == ("published", None)
    assert record["counts"]["crm_rows_written"] > 0
    assert home.query("select count(*) > 0 from dim_deal") == [(True,)]
