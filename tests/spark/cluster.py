"""A standalone Spark cluster on loopback: a master and two workers of one core each, all real processes."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

WORKERS = 2
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0


@contextmanager
def running_cluster(folder: Path) -> Iterator[str]:
    """The master's address; every process is gone at the end, however the tests end."""
    with ExitStack() as processes:
        port = free_port()
        master = f"spark://127.0.0.1:{port}"
        log = folder / "master.log"
        listen = ["--host", "127.0.0.1", "--webui-port", "0"]
        processes.enter_context(daemon(log, "deploy.master.Master", *listen, "--port", str(port)))
        for number in range(WORKERS):
            limits = ["--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"work{number}")]
            worker_log = folder / f"worker{number}.log"
            processes.enter_context(daemon(worker_log, "deploy.worker.Worker", *listen, *limits, master))
        wait_for_workers(log)
        yield master


@contextmanager
def daemon(log: Path, name: str, *arguments: str) -> Iterator[None]:
    """One of Spark's daemons in the foreground of a process group of its own, ended with all that it started."""
    import pyspark

    home = Path(pyspark.__file__).parent
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.{name}", *arguments]
    env = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=env, stdout=output, stderr=output, start_new_session=True)
        try:
            yield
        finally:
            end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask the whole group to end, then make it."""
    for ask in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ask)
        except ProcessLookupError:
            break
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            continue
    process.wait(STOP_TIMEOUT_S)


def wait_for_workers(log: Path) -> None:
    """Until the master has met all workers; its log says what went wrong where it doesn't."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while len(re.findall("Registering worker", log.read_text(errors="replace"))) < WORKERS:
        assert time.monotonic() < deadline, f"the cluster did not start: {log.read_text(errors='replace')[-4000:]}"
        time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
