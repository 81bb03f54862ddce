"""How often the true effect lies in the interval, on simulated businesses whose truth is known.

    python -m benchmarks.bench_incrementality [--seeds 1 100] [--deals 2000] [--jobs 2] [--out FILE]
        [--families shipped no_selection] [--check WAREHOUSE.duckdb SEED]

The truth is the simulator's own: the chance of winning with and without the partners' touches, on the very deals that
were compared; the discounts that come with a partner; the length of the cycle with and without co-selling by whoever
was there at the start. ``shipped`` has partners that pick good deals for reasons that no field holds; in
``no_selection`` they don't. ``--check`` compares the shortcut to touchpoints with what the nightly job made of the
same business of the sandbox. Prints Markdown.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from attribution_models.incrementality.arms import Arm, design
from attribution_models.incrementality.deals import COLUMNS, read
from attribution_models.incrementality.study import study
from attribution_models.policy import load_policy
from benchmarks.incrementality_truth import true_cycle, true_size, true_win_rate
from benchmarks.incrementality_worlds import SETTINGS, exposures, make

POLICY = load_policy(Path(__file__).parents[1] / "config" / "policy.yaml")
TRUTHS = {"win_rate": true_win_rate, "deal_size": true_size, "cycle": true_cycle}


def judged(seed: int, family: str, deals: int) -> pd.DataFrame:
    """One row per outcome and arm that was estimated: the published figures, and ``truth`` on the same scale."""
    world = make(SETTINGS[family], seed, deals)
    rows = exposures(world)
    table = pa.Table.from_pandas(rows[list(COLUMNS)], preserve_index=False)
    found = study(table, {}, POLICY.incrementality)["incrementality"].to_pandas()
    found = found[found["reason"].isna()].reset_index(drop=True)
    read_rows = read(table)
    truths = {name: truth(world, rows) for name, truth in TRUTHS.items()}
    designs = {name: design(name, read_rows, POLICY.incrementality) for name in TRUTHS}
    touched = [
        designs[outcome].sides(Arm(dimension, arm))[0]
        for outcome, dimension, arm in found[["outcome", "dimension", "arm"]].itertuples(index=False)
    ]
    means = [float(truths[outcome][mask].mean()) for outcome, mask in zip(found["outcome"], touched, strict=True)]
    truth = np.where(found["outcome"] == "win_rate", means, np.expm1(means))
    naive = [_naive(designs[outcome], mask) for outcome, mask in zip(found["outcome"], touched, strict=True)]
    return found.assign(truth=truth, naive=naive, family=family, seed=seed)


def _naive(plan: object, touched: np.ndarray) -> float:
    """What a plain comparison of means says."""
    values, counts = plan.values, plan.counts & ~plan.was_touched  # type: ignore[attr-defined]
    difference = values[touched].mean() - values[counts].mean()
    return float(difference if plan.outcome == "win_rate" else np.expm1(difference))  # type: ignore[attr-defined]


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Coverage in percent of seeds, and means over them, by family, outcome and arm."""
    held = rows.assign(
        by_chance=rows["truth"].between(rows["sampling_low"], rows["sampling_high"]),
        by_interval=rows["truth"].between(rows["effect_low"], rows["effect_high"]),
        chance_width=rows["sampling_high"] - rows["sampling_low"],
        width=rows["effect_high"] - rows["effect_low"],
        bias=rows["effect"] - rows["truth"],
        tells=(rows["effect_low"] > 0) | (rows["effect_high"] < 0),
    )
    grouped = held.groupby(["family", "outcome", "dimension", "arm"], sort=False)
    means = grouped[["truth", "naive", "effect", "bias", "chance_width", "width", "unseen_allowance"]].mean().round(4)
    shares = (100 * grouped[["by_chance", "by_interval", "tells"]].mean()).round(1)
    return grouped.size().rename("seeds").to_frame().join(means).join(shares).reset_index()


def check(warehouse: Path, seed: int, deals: int) -> None:
    """Say where the shortcut to exposures differs from ``int_deal_exposure`` of a run on the same business."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        built = connection.sql(f"select {', '.join(COLUMNS)} from intermediate.int_deal_exposure").df()
    both = exposures(make(SETTINGS["shipped"], seed, deals)).merge(built, on="deal_id", how="outer", indicator=True)
    gaps = {"deals": int((both["_merge"] != "both").sum())}
    for name in [column for column in COLUMNS if column not in ("deal_id", "account_id")]:
        ours, theirs = both[f"{name}_x"], both[f"{name}_y"]
        same = (ours - theirs).abs() <= 1 if name == "amount_cents" else ours == theirs
        gaps[name] = int((~(same.fillna(False) | (ours.isna() & theirs.isna()))).sum())
    print(f"{len(both):,} decided deals; differences: {gaps}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs=2, default=(1, 100))
    parser.add_argument("--deals", type=int, default=2_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--families", nargs="+", default=list(SETTINGS))
    parser.add_argument("--check", nargs=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.check:
        check(Path(options.check[0]), int(options.check[1]), options.deals)
        return
    seeds = range(options.seeds[0], options.seeds[1] + 1)
    parts: list[pd.DataFrame] = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for family in options.families:
            parts += pool.map(partial(judged, family=family, deals=options.deals), seeds)
    rows = pd.concat(parts, ignore_index=True)
    if options.out:
        rows.to_parquet(options.out)
    print(summary(rows).to_markdown(index=False))


if __name__ == "__main__":
    main()
