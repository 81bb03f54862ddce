"""From which size Spark pays: the credits of every enabled model on DuckDB and on Spark, the same rows and machine.

    python benchmarks/bench_spark.py [--touches 10000 100000 1000000] [--master "local[2]"] [--conf '{"...": "..."}']

Each measurement is a whole process (start, teaching, scoring, writing), in turn. Seconds depend on what else a machine
does; core-seconds, of all processes that were started, hardly do. Reads /proc: Linux alone.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from attribution_models.policy import load_policy
from benchmarks.made_up_deals import write_journeys, write_touches
from orchestration.spark.tables import table_folder, table_views

POLICY_FILE = Path(__file__).parents[1] / "config" / "policy.yaml"
TOUCHES_PER_DEAL = 6
POLL_S = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--touches", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--conf", default="{}", help="Spark properties as JSON")
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        divide(arguments.one[0], Path(arguments.one[1]), arguments.master, json.loads(arguments.conf))
        return
    print(f"{'touchpoints':>12} {'engine':>8} {'seconds':>9} {'core-seconds':>13} {'peak MB':>8}")
    for touches in arguments.touches:
        with tempfile.TemporaryDirectory() as name:
            write_run(Path(name), touches)
            for engine in ("duckdb", "spark"):
                command = [sys.executable, __file__, "--master", arguments.master, "--conf", arguments.conf]
                cost = measured([*command, "--one", engine, name])
                print(
                    f"{touches:12,} {engine:>8} {cost.seconds:9.1f} {cost.core_s:13.1f} {cost.peak_mb:8.0f}", flush=True
                )
            check_same(Path(name))


def write_run(folder: Path, touches: int) -> None:
    """A run's folder with what the engine reads, without overrides."""
    deals, tables = touches // TOUCHES_PER_DEAL, table_folder(folder, "int_touch").parent
    for write in (write_touches, write_journeys):
        write(tables, deals, touches)
    queries = {
        "int_touch_creditable": "select *, cast(null as double) as override_share from {}",
        "int_override": "select deal_id from {} where false",
    }
    with duckdb.connect() as connection:
        for name, query in queries.items():
            (tables / name).mkdir()
            source = query.format(f"read_parquet('{tables / 'int_touch' / '*.parquet'}')")
            connection.execute(f"copy ({source}) to '{tables / name / 'part.parquet'}' (format parquet)")


def divide(engine: str, folder: Path, master: str, conf: dict[str, str]) -> None:
    """What the step ``credits`` does, in this process."""
    from orchestration.settings import Settings

    policy, target = load_policy(POLICY_FILE), folder / f"by_{engine}"
    shutil.rmtree(target, ignore_errors=True)
    if engine == "spark":
        from orchestration.spark.credits import write_credits

        settings = Settings(spark_master=master, spark_conf=conf)
        write_credits(settings, policy, folder, target / "credits", target / "without")
        return
    from orchestration.defs.credits import divide as divide_here
    from orchestration.warehouse import create_views

    with duckdb.connect() as connection:
        create_views(connection, "intermediate", table_views(folder))
        divide_here(connection, policy, target / "credits", target / "without", Settings().engine_threads)


def check_same(folder: Path) -> None:
    """Raises ValueError where the two engines differ by a cent."""
    columns = "model, deal_id, touchpoint_id, credit_cents"
    read = "select {} from read_parquet('{}/*/*.parquet', hive_partitioning = true)"
    ours, theirs = (read.format(columns, folder / f"by_{engine}" / "credits") for engine in ("duckdb", "spark"))
    with duckdb.connect() as connection:
        query = f"select count(*) from (({ours} except all {theirs}) union all ({theirs} except all {ours}))"
        (differing,) = connection.execute(query).fetchone() or (None,)
    if differing != 0:
        raise ValueError(f"{differing} credits differ between the engines")


@dataclass
class Cost:
    """Of a command and all that it started."""

    seconds: float = 0.0
    peak_mb: float = 0.0
    by_process: dict[int, float] = field(default_factory=dict)

    @property
    def core_s(self) -> float:
        return sum(self.by_process.values())


def measured(command: list[str]) -> Cost:
    """Runs ``command`` to its end, looking at its processes again and again."""
    cost, started = Cost(), time.monotonic()
    process = subprocess.Popen(command, start_new_session=True)
    watcher = threading.Thread(target=watch, args=(process, cost))
    watcher.start()
    if process.wait():
        raise RuntimeError(f"{command} ended with status {process.returncode}")
    cost.seconds = time.monotonic() - started
    watcher.join()
    return cost


def watch(process: "subprocess.Popen[bytes]", cost: Cost) -> None:
    while process.poll() is None:
        memory = 0
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                values = entry.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            # Fields 6 (session), 14 and 15 (ticks in user and system mode) and 24 (resident pages) of proc(5).
            if int(values[3]) == process.pid:
                cost.by_process[int(entry.parent.name)] = (int(values[11]) + int(values[12])) / TICK
                memory += int(values[21]) * PAGE
        cost.peak_mb = max(cost.peak_mb, memory / 1e6)
        time.sleep(POLL_S)


if __name__ == "__main__":
    main()
