"""Spark sessions: what every one of ours is set to, whether there can be one at all, and their beginning and end."""

import importlib.util
import ipaddress
import os
import re
import shutil
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attribution_models.errors import BadInput
from orchestration.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JAVA_WANTED = 17
REACH_TIMEOUT_S = 5.0
SET_UP = "Run `make spark`; it installs Java 17 where it is missing, and the extra `spark`."


def configuration(settings: Settings, warehouse: Path) -> dict[str, str]:
    """The configuration of a session that keeps its tables as Parquet in ``warehouse``; PIR_SPARK_CONF adds to it.

    What fixes a number can't be overridden: times are naive UTC as everywhere, decimals are multiplied without losing
    places, and the catalog lives as long as the session, so that runs share nothing but what they read.
    """
    conf = {
        "spark.app.name": "pir",
        "spark.log.level": "ERROR",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.parquet.compression.codec": "zstd",
        **({"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"} if is_here(settings) else {}),
        **settings.spark_conf,
    }
    fixed = {
        "spark.master": settings.spark_master,
        "spark.sql.ansi.enabled": "false",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.decimalOperations.allowPrecisionLoss": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.warehouse.dir": warehouse.as_uri(),
    }
    return conf | fixed


def is_here(settings: Settings) -> bool:
    """Master and driver are on this machine alone: then nothing listens to the network."""
    if settings.spark_master.startswith("local"):
        return True
    host = urlsplit(settings.spark_master).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def open_session(settings: Settings, warehouse: Path) -> Iterator["SparkSession"]:
    """A session of this process, ended at the end. Workers run the Python of PYSPARK_PYTHON, by default this one.

    Raises:
        BadInput: the extra, Java or the master is missing.
    """
    check_spark(settings)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # It is about conversions to pandas, which nothing here uses.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    for name, value in configuration(settings, warehouse).items():
        builder = builder.config(name, value)
    warehouse.mkdir(parents=True, exist_ok=True)
    with past_python_to(warehouse.with_name("driver.log")):
        session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def past_python_to(log: Path) -> Iterator[None]:
    """Processes started meanwhile write their errors to ``log``: the terminal is for the person who runs the job."""
    sys.stderr.flush()
    terminal = os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)


def check_spark(settings: Settings) -> str:
    """What there is, in words.

    Raises:
        BadInput: the extra is not installed, Java is missing or too old, or no master answers.
    """
    missing = [name for name in ("pyspark", "dbt.adapters.spark") if not is_installed(name)]
    if missing:
        raise BadInput(f"PIR_ENGINE is spark, but {' and '.join(missing)} can't be imported.", SET_UP)
    found = java_version()
    if found is None or found < JAVA_WANTED:
        what = "there is no java" if found is None else f"java is version {found}"
        raise BadInput(f"Spark needs Java {JAVA_WANTED} or later, and {what} on the PATH or in JAVA_HOME.", SET_UP)
    check_master(settings.spark_master)
    return f"Java {found}, master {settings.spark_master}"


def is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def java_version() -> int | None:
    """The major version of the Java that Spark would start; None where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")
    if java is None:
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(version.group(1)) if version else None


def check_master(master: str) -> None:
    """Whether anyone listens at a standalone master's address; other kinds of masters are left to Spark."""
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), REACH_TIMEOUT_S).close()
        except (OSError, ValueError):
            continue
        return
    raise BadInput(f"No Spark master answers at {master}.", "Start the cluster, or mend PIR_SPARK_MASTER.")
