"""How long the attribution engine takes, beside the time DuckDB takes merely to sort the same file.

    python -m benchmarks.bench_attribution [--deals 1000000] [--touches 10000000] [--repeats 3] [--jobs sort,rules]

Each job is a whole process (start, imports, reading, writing), run in turn with the others; medians, the highest peak
of memory and the ratio to the sort are printed. What counts is the ratio: seconds depend on the machine and on what
else it does, the ratio much less. All jobs read the columns that the product reads, with the same settings of DuckDB.

    sort               sort the touchpoints and write them back as Parquet
    sort-to-arrow      the same sort, streamed as Arrow and dropped
    rules              sort, score, divide into cents and write, under every rule model there is
    sort-journeys      sort what models learn from, streamed as Arrow and dropped
    learn MODEL        the same, but teach one learned model
    credit MODEL       sort, score, divide and write under that model alone
"""

import argparse
import json
import multiprocessing
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from attribution_models.batches import JOURNEY_COLUMNS, TOUCH_COLUMNS
from attribution_models.learned import Learned
from attribution_models.policy import load_policy
from attribution_models.registry import Model, known_models
from attribution_models.run import BATCH_ROWS, evidence_of, fitted
from benchmarks.made_up_deals import write_journeys, write_touches
from orchestration.credit_files import write_credits
from orchestration.settings import cores

POLICY = load_policy(Path(__file__).parents[1] / "config" / "policy.yaml")
LEARNED = [name for name in ("markov", "shapley") if name in known_models()]
JOBS = [
    "sort", "sort-to-arrow", "rules", "sort-journeys",
    *[f"{step} {name}" for name in LEARNED for step in ("learn", "credit")],
]  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a job reads and writes; ``memory`` is DuckDB's limit, ``is_dropping`` removes credits once they are there.

    ``source`` holds int_touch, int_journey and what models learned.
    """

    source: Path
    target: Path
    memory: str
    is_dropping: bool

    def touches(self) -> str:
        """SQL for the touchpoints as the product sorts them."""
        files = self.source / "int_touch" / "*.parquet"
        return f"select {', '.join(TOUCH_COLUMNS)} from '{files}' order by deal_id, position"

    def journeys(self) -> str:
        files = self.source / "int_journey" / "*.parquet"
        return f"select {', '.join(JOURNEY_COLUMNS)} from '{files}' order by deal_id, position"

    def learned(self, model: str) -> Path:
        return self.source / f"{model}.pickle"

    def connect(self) -> duckdb.DuckDBPyConnection:
        config = {"memory_limit": self.memory, "threads": cores(), "temp_directory": str(self.target / "spilled")}
        con = duckdb.connect(config=config)
        con.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
        return con


def run_job(job: str, place: Place) -> None:
    """One job in this process."""
    step, _, name = job.partition(" ")
    with place.connect() as con:
        if step == "learn":
            learn(con, known_models()[name], place)
        elif step == "credit":
            learned = Learned(pickle.loads(place.learned(name).read_bytes()))  # noqa: S301 - written by ``learn``
            credit(con, [known_models()[name].taught(learned)], place)
        else:
            credit(con, [model for model in known_models().values() if not model.is_learned], place)


def streamed(con: duckdb.DuckDBPyConnection, query: str) -> pa.RecordBatchReader:
    return con.sql(query).to_arrow_reader(BATCH_ROWS)


def learn(con: duckdb.DuckDBPyConnection, model: Model, place: Place) -> None:
    """Teach ``model`` and keep what it learned.

    Raises:
        RuntimeError: it learned nothing from so many deals.
    """
    evidence = evidence_of(streamed(con, place.journeys()), [model], POLICY, threads=cores())
    [taught] = fitted([model], evidence, POLICY)
    if taught.learned is None or taught.reason:
        raise RuntimeError(f"{model.name} learned nothing: {taught.reason}")
    place.learned(model.name).write_bytes(pickle.dumps(taught.learned.parameters))


def credit(con: duckdb.DuckDBPyConnection, models: Sequence[Model], place: Place) -> None:
    """What the product does with touchpoints: credits of each model as Parquet."""
    folder = place.target / "credits"
    with dropping(folder) if place.is_dropping else nothing_dropped():
        write_credits(streamed(con, place.touches()), POLICY, models, folder, threads=cores())


@contextmanager
def dropping(folder: Path, after_seconds: float = 20) -> Iterator[None]:
    """Remove files of credits some time after they were written: for more of them than the disk holds."""
    done, dropped = threading.Event(), 0

    def drop() -> None:
        nonlocal dropped
        while not done.wait(after_seconds / 4):
            for file in folder.with_name(f"{folder.name}.unfinished").glob("*/part-*.parquet"):
                facts = file.stat()
                if facts.st_mtime < time.time() - after_seconds:
                    dropped += facts.st_size
                    file.unlink()

    worker = threading.Thread(target=drop)
    worker.start()
    try:
        yield
    finally:
        done.set()
        worker.join()
        print(f"{dropped / 1e9:.1f} GB of credits were written and dropped", file=sys.stderr)


@contextmanager
def nothing_dropped() -> Iterator[None]:
    yield


def measure(job: str, arguments: argparse.Namespace, source: Path) -> dict[str, float]:
    """Wall seconds, seconds of processors and peak megabytes of one job in a process of its own."""
    with tempfile.TemporaryDirectory(dir=arguments.work) as target:
        command = _command(job, Place(source, Path(target), arguments.memory, arguments.drop))
        started = time.perf_counter()
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found = {"seconds": time.perf_counter() - started, **json.loads(done.stdout)}
    print(f"{job}: {found}", file=sys.stderr)
    return found


def _command(job: str, place: Place) -> list[str]:
    if job.startswith("sort"):
        query = place.journeys() if job == "sort-journeys" else place.touches()
        written = place.target / "sorted.parquet" if job == "sort" else place.target
        alone = str(Path(__file__).with_name("sort_only.py"))
        return [sys.executable, alone, query, place.memory, str(cores()), str(written)]
    command = [sys.executable, "-m", "benchmarks.bench_attribution", "--job", job, "--source", str(place.source)]
    return [*command, "--work", str(place.target), "--memory", place.memory, *["--drop"] * place.is_dropping]


def compare(arguments: argparse.Namespace) -> None:
    """Make the deals up, measure each job in turn, print medians and differences."""
    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        source = arguments.source or Path(folder)
        if not arguments.source:
            make_up(source, arguments)
        rounds = [{job: measure(job, arguments, source) for job in arguments.jobs} for _ in range(arguments.repeats)]
    rules = sum(not model.is_learned for model in known_models().values())
    print(
        f"{arguments.deals:,} deals, {arguments.touches:,} touchpoints, {cores()} cores, {rules} rule models, ", end=""
    )
    print(f"median of {len(rounds)}, DuckDB limited to {arguments.memory}")
    found = {job: {key: [one[job][key] for one in rounds] for key in rounds[0][job]} for job in arguments.jobs}
    for line in report(found):
        print(line)


def report(found: dict[str, dict[str, list[float]]]) -> Iterator[str]:
    """One line for each job: medians, the ratio to the sort, what a learned model adds to the sort of its round."""
    seconds = {job: statistics.median(numbers["seconds"]) for job, numbers in found.items()}
    cpu = {job: statistics.median(numbers["cpu_seconds"]) for job, numbers in found.items()}
    for job, numbers in found.items():
        line = f"{job:16} {seconds[job]:7.2f} s {cpu[job]:7.2f} s of processors {max(numbers['megabytes']):6.0f} MB"
        if "sort" in seconds:
            line += f" {seconds[job] / seconds['sort']:6.2f} x sort"
        before = {"learn": "sort-journeys", "credit": "sort-to-arrow"}.get(job.split(" ", maxsplit=1)[0])
        if before in found:
            start = statistics.median(numbers["start_seconds"])
            wall, worked = (_added(numbers, found[before], key) for key in ("seconds", "cpu_seconds"))
            line += f" {wall:+6.2f} s after {start:.2f} s of start and {before} ({worked:+.2f} s of processors)"
        yield line


def _added(numbers: dict[str, list[float]], before: dict[str, list[float]], key: str) -> float:
    """What a job takes beyond its start and the sort of its own round: the machine may be slower in another."""
    rounds = zip(numbers[key], numbers["start_seconds"], before[key], strict=True)
    return statistics.median(whole - start - sort for whole, start, sort in rounds)


def make_up(source: Path, arguments: argparse.Namespace) -> None:
    """Write the tables in a process of its own: on Linux a child starts with its parent's peak memory."""
    needs_journeys = any(job.startswith(("learn", "sort-journeys")) for job in arguments.jobs)
    for write in (write_touches, write_journeys) if needs_journeys else (write_touches,):
        maker = multiprocessing.get_context("spawn").Process(
            target=write, args=(source, arguments.deals, arguments.touches)
        )
        maker.start()
        maker.join()


def main() -> None:
    """Compare the jobs, or run the one that is named and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deals", type=int, default=1_000_000)
    parser.add_argument("--touches", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--jobs", type=lambda names: names.split(","), default=JOBS)
    parser.add_argument("--memory", default="700MB", help="DuckDB's limit")
    parser.add_argument("--drop", action="store_true", help="remove credits some seconds after they were written")
    parser.add_argument("--work", type=Path, help="folder for all files")
    parser.add_argument("--source", type=Path, help="a folder of tables that are there already")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.job:
        compare(arguments)
        return
    start = time.process_time()
    run_job(arguments.job, Place(arguments.source, arguments.work, arguments.memory, arguments.drop))
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps({"cpu_seconds": cpu, "megabytes": used.ru_maxrss / 1024, "start_seconds": start}))


if __name__ == "__main__":
    main()
