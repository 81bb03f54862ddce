"""What the attribution engine is measured against: DuckDB sorting and nothing else, with no import but its own.

    python benchmarks/sort_only.py QUERY MEMORY THREADS TARGET

Runs QUERY in a process of its own and writes the rows to the Parquet file TARGET, or streams them as Arrow and drops
them where TARGET is a folder; prints the process's seconds of processors and its peak memory as JSON.
"""

import json
import resource
import sys
from pathlib import Path

import duckdb


def main() -> None:
    query, memory, threads, target = sys.argv[1:]
    spilled = Path(target).parent / "spilled"
    con = duckdb.connect(config={"memory_limit": memory, "threads": int(threads), "temp_directory": str(spilled)})
    con.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
    if Path(target).is_dir():
        for _ in con.sql(query).to_arrow_reader(250_000):
            pass
    else:
        con.execute(f"copy ({query}) to '{target}' (format parquet)")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"cpu_seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
