"""The engine beside the published libraries, on their own work: what every channel earned, of journeys held in memory.

    python -m benchmarks.bench_peers [--journeys 1000000] [--touches 6000000] [--repeats 3] [--tools ours,mam]

Each tool gets the same journeys in the form that it wants and runs in a process of its own, in turn with the others.
``prepare`` is what it takes to bring them into the form that its models read; then each model is timed from there to
the totals of all channels. ChannelAttribution reads texts inside each call, so it prepares nothing, and it has no call
for linear credit alone: first, last and linear are one. For ``markov`` there are won and lost journeys, else all are
won. Ours also divides every deal into whole cents, which nobody else does, and learns 95 % intervals with the chain.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.made_up_deals import write_journeys, write_touches
from benchmarks.peer_work import Stopwatch, channel_attribution, mam, ours

MODELS = ("linear", "position", "time decay", "markov")
TOOLS = {"ours": None, "ChannelAttribution": "ChannelAttribution", "mam": "marketing-attribution-models"}
Times = dict[str, dict[str, float]]
RUN = {"ours": ours, "ChannelAttribution": channel_attribution, "mam": mam}


def measure(tool: str, source: Path) -> dict[str, Any]:
    """Times, totals and peak memory of one tool in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bench_peers", "--tool", tool, "--source", str(source)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{tool}: {found['times']}", file=sys.stderr)
    return found


def report(found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """One line for each tool and step, then how many times faster than the fastest peer ours is."""
    medians: dict[str, Times] = {}
    for tool, rounds in found.items():
        package = TOOLS[tool]
        title = f"{package} {version(package)}" if package else "ours"
        yield f"{title}, {max(one['megabytes'] for one in rounds):.0f} MB at most"
        medians[tool] = {
            step: {kind: statistics.median(one["times"][step][kind] for one in rounds) for kind in ("wall", "cpu")}
            for step in rounds[0]["times"]
        }
        for step, times in medians[tool].items():
            yield f"    {step:15} {times['wall']:8.2f} s {times['cpu']:8.2f} s of processors"
    for model in MODELS:
        yield f"{model:15} {_times_faster(model, medians)}{_difference(model, found)}"


def _times_faster(model: str, medians: dict[str, Times]) -> str:
    said = []
    for kind, unit in (("wall", "of the clock"), ("cpu", "of processors")):
        peers = [times[model][kind] for tool, times in medians.items() if tool != "ours" and model in times]
        if peers and "ours" in medians:
            said.append(f"{min(peers) / medians['ours'][model][kind]:.1f} times faster by seconds {unit}")
    return ", ".join(said)


def _difference(model: str, found: dict[str, list[dict[str, Any]]]) -> str:
    """How far the totals of a channel lie from ours at most, in parts of the whole."""
    of_ours = found.get("ours", [{"totals": {}}])[0]["totals"].get(model, {})
    said = ""
    for tool, rounds in found.items():
        theirs = rounds[0]["totals"].get(model)
        if tool != "ours" and theirs and of_ours:
            apart = max(abs(theirs.get(channel, 0.0) - cents) for channel, cents in of_ours.items())
            said += f"; totals {apart / sum(of_ours.values()):.1e} from {tool}'s at most"
    return said


def compare(arguments: argparse.Namespace) -> None:
    """Make journeys up, measure each tool in turn and print."""
    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        source = Path(folder)
        # A tenth of the made-up deals is still open, and teaches nothing.
        decided = (write_journeys, source, arguments.journeys * 10 // 9, arguments.touches * 10 // 9)
        for write, *facts in ((write_touches, source, arguments.journeys, arguments.touches), decided):
            maker = multiprocessing.get_context("spawn").Process(target=write, args=facts)
            maker.start()
            maker.join()
        rounds = [{tool: measure(tool, source) for tool in arguments.tools} for _ in range(arguments.repeats)]
    print(f"{arguments.journeys:,} journeys, {arguments.touches:,} touches, median of {len(rounds)}")
    for line in report({tool: [one[tool] for one in rounds] for tool in arguments.tools}):
        print(line)


def main() -> None:
    """Compare the tools, or run the one that is named and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--journeys", type=int, default=1_000_000)
    parser.add_argument("--touches", type=int, default=6_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--tools", type=lambda names: names.split(","), default=list(RUN))
    parser.add_argument("--work", type=Path, help="folder for the journeys")
    parser.add_argument("--tool", choices=list(RUN), help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.tool:
        compare(arguments)
        return
    watch = Stopwatch()
    totals = RUN[arguments.tool](arguments.source, watch)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"times": watch.times, "totals": totals, "megabytes": megabytes}))


if __name__ == "__main__":
    main()
