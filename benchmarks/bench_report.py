"""How long the report takes to render, how large it is, and how soon a reader can use it.

    PIR_HOME=/tmp/ten PIR_SANDBOX_DEALS=10000 pir run --source sandbox --no-writeback
    python -m benchmarks.bench_report /tmp/ten/marts.duckdb

Renders every format from the marts of a finished run, then opens the page in Chromium from disk. The page is usable
when its menus, drawings and buttons work, which its script marks; then the slowest choice and the first list of deals.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import duckdb

from reports import RenderedReport, render
from tests.reports.browser import Page, browser

CHOICE = """
new Promise((done) => {
  const menu = document.getElementById("choose-model");
  const other = Array.from(menu.options).find((option) => !option.selected).value;
  const start = performance.now();
  addEventListener("hashchange", () => requestAnimationFrame(() => done(performance.now() - start)), { once: true });
  menu.value = other;
  menu.dispatchEvent(new Event("change"));
})
"""
DEALS = """
new Promise((done) => {
  const start = performance.now();
  const isShown = () => document.querySelector("#behind-table .tabulator-row");
  const look = () => (isShown() ? done(performance.now() - start) : setTimeout(look));
  document.querySelector(".headlines .drill").click();
  look();
})
"""


def rendered(marts: Path, folder: Path) -> tuple[RenderedReport, float, float]:
    """The report, the seconds that it took, and the seconds of processors."""
    with duckdb.connect() as con:
        con.execute(f"attach '{marts}' as marts (read_only)")
        start, worked = time.perf_counter(), time.process_time()
        report = render(con, folder)
        return report, time.perf_counter() - start, time.process_time() - worked


def opened(page: Page, file: Path) -> dict[str, float]:
    """Milliseconds until the page is usable, until another model is shown, and until the first deals are."""
    page.open_ready(file)
    ready = float(page.value("performance.getEntriesByName('ready')[0].startTime"))
    return {"usable": ready, "another model": float(page.value(CHOICE)), "deals opened": float(page.value(DEALS))}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("marts", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    chromium = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder:
        runs = [rendered(asked.marts, Path(folder)) for _ in range(asked.repeats)]
        report = runs[0][0]
        wall, worked = (statistics.median(run[place] for run in runs) for place in (1, 2))
        print(f"rendered in {wall:.1f} s, {worked:.1f} s of processors (median of {asked.repeats})")
        print(f"report.html {report.html.stat().st_size / 1e6:.2f} MB")
        if chromium is None:
            print("Chromium is not installed, so the page was not opened: make browser")
            return
        with browser(chromium) as page:
            found = [opened(page, report.html) for _ in range(asked.repeats)]
        for name in found[0]:
            print(f"{name}: {statistics.median(one[name] for one in found) / 1000:.2f} s")


if __name__ == "__main__":
    main()
