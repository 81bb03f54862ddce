"""How long the attribution engine takes, beside the time DuckDB takes merely to sort the same file.

    python benchmarks/bench_attribution.py [--deals 1000000] [--touches 10000000] [--repeats 3] [--models linear,...]

Each measurement is a whole process (start, imports, reading, writing), run in turn; medians and peak memory are
printed. What counts is the ratio to the sort: seconds depend on the machine, the ratio hardly does.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from attribution_models.policy import load_policy
from attribution_models.registry import enabled_models, known_models
from attribution_models.run import CREDIT_SCHEMA, run

POLICY_FILE = Path(__file__).parents[1] / "config" / "policy.yaml"
READ_COLUMNS = [
    "deal_id", "touchpoint_id", "partner_id", "position", "occurred_at", "weight", "amount_cents", "is_creditable",
    "created_at", "closed_at", "last_stage_change_at",
]  # fmt: skip
MEMORY_LIMIT = "800MB"  # of DuckDB's, so that sorting and scoring together stay under 2 GB


def generate(path: Path, deals: int, touches: int) -> None:
    """``touches`` synthetic touchpoints of ``deals`` won deals in random order, as one Parquet file."""
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false; select setseed(0.42)")
    con.execute(
        f"""
        create table deal as
        select i as n, 'D' || lpad(i::varchar, 8, '0') as deal_id,
            100000 + (random() * 50000000)::bigint as amount_cents,
            timestamp '2024-01-01' + to_seconds((random() * 86400 * 700)::bigint) as closed_at
        from range({deals}) as series(i)
        """
    )
    con.execute(
        f"""
        create table touch as
        select case when i < {deals} then i else (random() * {deals - 1})::bigint end as n, i as id,
            'P' || (power(random(), 2) * 500)::integer as partner_id, random() as age, random() as weight
        from range({touches}) as series(i)
        """
    )
    con.execute(
        f"""
        copy (
            select deal_id, 'activity:' || id as touchpoint_id, partner_id,
                row_number() over (partition by deal_id order by age desc, id)::integer as position,
                closed_at - to_microseconds((age * 31536000000000)::bigint) as occurred_at,
                'joint_call' as activity_type, 'activity' as origin, 'co_sell' as influence_type, weight,
                'reseller' as partner_type, 'gold' as tier, 'Proposal' as stage_at_touch, 'new_business' as deal_type,
                'smb' as segment, 'won' as deal_status, amount_cents, true as is_creditable,
                closed_at - interval 120 day as created_at, closed_at,
                closed_at - interval 20 day as last_stage_change_at
            from touch join deal using (n)
            order by hash(id)
        ) to '{path}' (format parquet)
        """
    )


def sort_only(source: Path, target: Path) -> None:
    """What DuckDB alone takes to sort the columns that the engine reads and to write them back."""
    con = _connect()
    query = f"select {', '.join(READ_COLUMNS)} from '{source}' order by deal_id, position"
    con.execute(f"copy ({query}) to '{target / 'sorted.parquet'}' (format parquet)")


def sort_to_arrow(source: Path, target: Path) -> None:
    """The same sort, streamed as Arrow batches and dropped."""
    con = _connect()
    query = f"select {', '.join(READ_COLUMNS)} from '{source}' order by deal_id, position"
    for _ in con.sql(query).to_arrow_reader(1_000_000):
        pass


def attribute(source: Path, target: Path, models: list[str] | None = None) -> None:
    """Sort, score, allocate and write one Parquet file of credits per model."""
    con = _connect()
    policy = load_policy(POLICY_FILE)
    chosen = [known_models()[name] for name in models] if models else enabled_models(policy)
    query = f"select {', '.join(READ_COLUMNS)} from '{source}' order by deal_id, position"
    writers = {
        model.name: pq.ParquetWriter(target / f"{model.name}.parquet", CREDIT_SCHEMA, compression="snappy")
        for model in chosen
    }
    for name, credits in run(con.sql(query).to_arrow_reader(100_000), policy, chosen):
        writers[name].write_table(credits)
    for writer in writers.values():
        writer.close()


def _connect() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "threads": 2})
    con.execute("set preserve_insertion_order = false")
    return con


JOBS = {"sort": sort_only, "sort-to-arrow": sort_to_arrow, "attribute": attribute}


def measure(job: str, source: Path, models: str | None) -> dict[str, float]:
    """Wall seconds and peak megabytes of one job in a process of its own."""
    with tempfile.TemporaryDirectory() as target:
        command = [sys.executable, __file__, "--job", job, "--source", str(source), "--target", target]
        started = time.perf_counter()
        done = subprocess.run([*command, *(["--models", models] if models else [])], check=True, capture_output=True)
        return {"seconds": time.perf_counter() - started, "megabytes": json.loads(done.stdout)["megabytes"]}


def run_job(job: str, source: Path, target: Path, models: str | None) -> None:
    """One job in this process; prints its peak memory as JSON."""
    if job == "attribute":
        attribute(source, target, models.split(",") if models else None)
    else:
        JOBS[job](source, target)
    print(json.dumps({"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def compare(arguments: argparse.Namespace) -> None:
    """Generate, measure each job in turn, print medians and the ratio to the sort."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "touches.parquet"
        # In a process of its own: on Linux a child starts with its parent's peak memory.
        spawn = multiprocessing.get_context("spawn").Process(
            target=generate, args=(source, arguments.deals, arguments.touches)
        )
        spawn.start()
        spawn.join()
        rounds = [{job: measure(job, source, arguments.models) for job in JOBS} for _ in range(arguments.repeats)]
    sort_seconds = statistics.median(one["sort"]["seconds"] for one in rounds)
    count = len(arguments.models.split(",")) if arguments.models else len(enabled_models(load_policy(POLICY_FILE)))
    print(f"{arguments.deals:,} deals, {arguments.touches:,} touchpoints, {count} models, median of {len(rounds)}")
    for job in JOBS:
        seconds = statistics.median(one[job]["seconds"] for one in rounds)
        megabytes = max(one[job]["megabytes"] for one in rounds)
        print(f"{job:14} {seconds:7.2f} s  {seconds / sort_seconds:5.2f} x sort  {megabytes:7.0f} MB at most")


def main() -> None:
    """Compare all jobs, or run the one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=1_000_000)
    parser.add_argument("--touches", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--models", help="comma-separated; default: those of the shipped policy")
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--target", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.job:
        run_job(arguments.job, arguments.source, arguments.target, arguments.models)
    else:
        compare(arguments)


if __name__ == "__main__":
    main()
