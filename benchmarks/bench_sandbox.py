"""How long a sandbox takes to make: the simulation alone, the known truth, and the CRM filled and indexed.

    python -m benchmarks.bench_sandbox 2000 100000 1000000

Wall and processor seconds, and the peak of memory, each size in a process of its own. A million deals are to take
about a minute.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sandbox.generate import generate
from sandbox.simulator.settings import SimulatorSettings
from sandbox.simulator.world import simulate
from sandbox.state import SANDBOX_NOW

SIZES = (2_000, 100_000, 1_000_000)


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or SIZES
    print(f"{'deals':>10} {'step':<24} {'wall s':>8} {'cpu s':>8} {'peak MB':>8}")
    for deals in sizes:
        worker = multiprocessing.get_context("spawn").Process(target=_measure, args=(deals,))
        worker.start()
        worker.join()


def _measure(deals: int) -> None:
    _report(deals, "simulate", lambda: simulate(SimulatorSettings(), deals, seed=7, now=SANDBOX_NOW))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sandbox"
        _report(deals, "generate (all of it)", lambda: generate(path, deals))
        size = sum(file.stat().st_size for file in path.iterdir())
        print(f"{deals:>10} {'on disk':<24} {size / 1e6:>8.0f} MB")


def _report(deals: int, step: str, work: Callable[[], object]) -> None:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{deals:>10} {step:<24} {wall:>8.1f} {processor:>8.1f} {peak:>8.0f}", flush=True)


if __name__ == "__main__":
    main()
