"""The cluster that the tests of this folder share, and what has to be there for one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from attribution_models.errors import BadInput
from orchestration.settings import Settings
from orchestration.spark.session import check_spark
from tests.spark.cluster import running_cluster

QUICK = {
    # Queries of a few rows: compiling them costs more than running them.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # So few rows would be put into one partition.
    "spark.sql.adaptive.coalescePartitions.enabled": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.executor.memory": "1g",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder run in one worker, so that there is one cluster."""
    for item in items:
        if "tests/spark/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("spark"))


@pytest.fixture(scope="session")
def has_spark() -> None:
    """Skips, saying why, where Spark is not set up; on CI that is a failure."""
    try:
        check_spark(Settings(spark_master="local[1]"))
    except BadInput as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"{error.problem} {error.remedy}")


@pytest.fixture(scope="session")
def cluster_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cluster's processes log and work."""
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="session")
def cluster(has_spark: None, cluster_folder: Path) -> Iterator[str]:
    """The address of the master of a running cluster."""
    with running_cluster(cluster_folder) as master:
        yield master


@pytest.fixture(scope="session")
def on_cluster(cluster: str) -> Settings:
    """Settings that send the big steps to the cluster."""
    return Settings(spark_master=cluster, spark_conf=QUICK)
