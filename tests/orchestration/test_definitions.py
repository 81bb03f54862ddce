"""What Dagster loads: the whole graph, its gates, one job and its schedule."""

import dagster as dg
import pytest

from orchestration.definitions import defs


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


def test_the_graph_reaches_from_the_crm_to_the_crm(definitions: dg.Definitions) -> None:
    """Each layer is there, and what is told to the CRM depends on the landed deals."""
    graph = definitions.resolve_asset_graph()
    keys = graph.get_all_asset_keys()
    for path in (["landed", "deals"], ["marts", "fct_touchpoint"], ["engine", "touchpoint_credit"],
                 ["marts", "mart_executive_summary"], ["published", "marts"], ["crm", "fields"]):  # fmt: skip
        assert dg.AssetKey(path) in keys
    upstream = dg.AssetSelection.assets(dg.AssetKey(["crm", "fields"])).upstream().resolve(graph)
    assert dg.AssetKey(["landed", "deals"]) in upstream


def test_no_key_is_mistyped(definitions: dg.Definitions) -> None:
    """Every asset is made by a step of ours: a mistyped dependency would show as an external asset."""
    graph = definitions.resolve_asset_graph()
    assert graph.external_asset_keys == set()


def test_the_gates_block(definitions: dg.Definitions) -> None:
    """Four gates stand in the way of publishing and of writing back."""
    graph = definitions.resolve_asset_graph()
    gates = {key.name: graph.get(key).blocking for key in graph.asset_check_keys if key.name.endswith("_gate")}
    assert gates == {"landing_gate": True, "credits_gate": True, "marts_gate": True, "outbound_gate": True}


def test_the_schedule_runs_the_job_that_the_command_runs(definitions: dg.Definitions) -> None:
    """One job, and a daily schedule with a named time zone."""
    schedule = definitions.resolve_schedule_def("every_night")
    assert schedule.job_name == definitions.resolve_job_def("nightly").name
    assert schedule.execution_timezone == "UTC"


def test_the_shipped_dagster_file_sends_no_telemetry() -> None:
    """Dagster's telemetry is off, and runs do not mix."""
    import yaml

    from orchestration.settings import PROJECT_ROOT

    content = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text())
    assert content["telemetry"] == {"enabled": False}
    assert content["concurrency"]["runs"]["max_concurrent_runs"] == 1
