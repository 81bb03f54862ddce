"""What is said where Spark can't be used, and what executors are sent."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from attribution_models.errors import BadInput
from orchestration.settings import Settings
from orchestration.spark.credits import packed_code
from orchestration.spark.session import check_master, configuration, is_here, java_version
from tests.pipeline.homes import make_home


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_a_machine_without_java_is_told_what_to_do(tmp_path: Path, command: str) -> None:
    """With PIR_ENGINE=spark and nothing to run it on, `pir` ends with status 2, the reason and the remedy."""
    home = make_home(tmp_path, PIR_ENGINE="spark", JAVA_HOME=str(tmp_path))
    done = home.pir(command, "--source", "sandbox")
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 2, said
    assert "there is no java on the PATH or in JAVA_HOME" in said or "can't be imported" in said
    assert "make spark" in said
    assert not (home.path / "runs").exists()


@pytest.mark.parametrize(("says", "version"), [("1.8.0_392", 8), ("11.0.21", 11), ("17.0.15", 17), ("24-ea", 24)])
def test_the_version_of_java_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, version: int) -> None:
    """JAVA_HOME decides which Java counts; the old and the new way of numbering are both understood."""
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{says}\" 2025-04-15' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java_version() == version


def test_a_master_that_does_not_answer_is_named() -> None:
    """An address where nobody listens is found before anything heavy starts; one of two masters is enough."""
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_server(("127.0.0.1", 0)) as closed:
        answers, silent = listening.getsockname()[1], closed.getsockname()[1]
        closed.close()
        with pytest.raises(BadInput, match=f"spark://127.0.0.1:{silent}"):
            check_master(f"spark://127.0.0.1:{silent}")
        check_master(f"spark://127.0.0.1:{silent},127.0.0.1:{answers}")


def test_settings_can_not_change_what_fixes_a_number(tmp_path: Path) -> None:
    """PIR_SPARK_CONF sets sizes, but neither the time zone nor how decimals are multiplied."""
    given = {"spark.sql.session.timeZone": "America/New_York", "spark.executor.memory": "8g"}
    conf = configuration(Settings(spark_master="spark://10.0.0.1:7077", spark_conf=given), tmp_path)
    assert (conf["spark.sql.session.timeZone"], conf["spark.executor.memory"]) == ("UTC", "8g")
    assert "spark.driver.bindAddress" not in conf


@pytest.mark.parametrize(
    ("master", "here"),
    [("local[*]", True), ("spark://127.0.0.1:7077", True), ("spark://10.0.0.1:7077", False), ("yarn", False)],
)
def test_nothing_listens_to_the_network_unless_the_cluster_is_elsewhere(master: str, here: bool) -> None:
    """A master on this machine is reached over loopback alone."""
    assert is_here(Settings(spark_master=master)) is here


def test_executors_get_the_whole_package(tmp_path: Path) -> None:
    """The archive holds every model, and works where this repository is not installed."""
    archive = packed_code(tmp_path)
    program = """
import sys
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
sys.path.insert(0, sys.argv[1])
import attribution_models.partitions
from attribution_models.registry import known_models
assert attribution_models.__file__.startswith(sys.argv[1]), attribution_models.__file__
print(*known_models())
"""
    command = [sys.executable, "-I", "-c", program, str(archive)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    files = Path(__file__).parents[2].joinpath("attribution_models", "models").glob("[a-z]*.py")
    assert done.stdout.split() == sorted(file.stem for file in files)
