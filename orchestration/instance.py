"""Dagster's instance for ``pir``: the one that ``dagster.yaml`` describes, with its state under PIR_HOME."""

from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef

from orchestration.settings import PROJECT_ROOT


def open_instance(state: Path) -> dg.DagsterInstance:
    """Runs started by ``pir run`` and by the schedule are seen side by side in the web interface."""
    home = state / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(PROJECT_ROOT), overrides=_under(home)))


def _under(home: Path) -> dict[str, Any]:
    def local(module: str, name: str, part: str) -> dict[str, Any]:
        return {"module": module, "class": name, "config": {"base_dir": str(home / part)}}

    return {
        "storage": {"sqlite": {"base_dir": str(home / "storage")}},
        "local_artifact_storage": local("dagster.core.storage.root", "LocalArtifactStorage", "artifacts"),
        # What steps print goes to the run's own run.log.
        "compute_logs": {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"},
    }
