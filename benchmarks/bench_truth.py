"""Which model comes closest to the known truth of a simulated business, and how far each is from it.

    python -m benchmarks.bench_truth --work DIR [--families programme services_led] [--seeds 1 2 3] [--deals 2000]
        [--jobs 2] [--out FILE]

Businesses that are in DIR already are not built again: give an empty one after a change of the rules or the sandbox.
What is measured: ``benchmarks/truth_measure.py``. Prints Markdown.
"""

import argparse
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from attribution_models.batches import JOURNEY_COLUMNS, TOUCH_COLUMNS
from attribution_models.policy import Policy, load_policy
from attribution_models.registry import Model
from attribution_models.run import run, taught_models
from benchmarks.truth_measure import judged_rows, misplaced, misplaced_in_total, with_credit
from benchmarks.truth_worlds import TruthWorld, make
from sandbox.simulator.families import FAMILIES

POLICY_FILE = Path(__file__).parents[1] / "config" / "policy.yaml"
MEASURES = {
    "touchpoint": "on the wrong touchpoint",
    "partner": "on the wrong partner of the deal",
    "channel": "on the wrong channel of the deal",
    "partner_total": "on the wrong partner over all deals",
    "channel_total": "on the wrong channel over all deals",
}


def judge(world: TruthWorld, policy_file: Path = POLICY_FILE) -> pd.DataFrame:
    """One row per additive model: model, is_learned, reason (where it gave no credit) and ``MEASURES``, 0 to 1."""
    policy = load_policy(policy_file)
    models = [model for model in taught_models([journeys(world)], policy) if model.is_additive]
    judged = judged_rows(credited_touches(world), read(world, "record"), read(world, "truth"))
    credits = all_credits(world, policy, models)
    rows = [
        {"model": model.name, "is_learned": model.is_learned, "reason": model.reason}
        | (_errors(with_credit(judged, credits[model.name])) if model.name in credits else {})
        for model in models
    ]
    facts = {"family": world.family, "seed": world.seed, "judged_deals": judged["deal_id"].nunique()}
    contested = judged.groupby("deal_id")["touchpoint_id"].transform("size") > 1
    facts["contested_deals"] = judged.loc[contested, "deal_id"].nunique()
    return pd.DataFrame(rows).assign(**facts)


def _errors(rows: pd.DataFrame) -> dict[str, float]:
    return {
        "touchpoint": misplaced(rows),
        "partner": misplaced(rows, "partner_id"),
        "channel": misplaced(rows, "channel"),
        "partner_total": misplaced_in_total(rows, "partner_id"),
        "channel_total": misplaced_in_total(rows, "channel"),
    }


def read(world: TruthWorld, name: str) -> pd.DataFrame:
    return pq.read_table(world.table(name)).to_pandas()


def journeys(world: TruthWorld) -> pa.Table:
    return pq.read_table(world.table("journey"), columns=list(JOURNEY_COLUMNS))


def credited_touches(world: TruthWorld) -> pd.DataFrame:
    touches = read(world, "touch")
    return touches[touches["is_creditable"]]


def all_credits(world: TruthWorld, policy: Policy, models: Sequence[Model]) -> dict[str, pd.DataFrame]:
    """Each model's credits, by its name; none of a model that gives no credit."""
    parts: dict[str, list[pa.Table]] = {}
    touches = pq.read_table(world.table("touch"), columns=list(TOUCH_COLUMNS))
    for name, table in run([touches], policy, models):
        parts.setdefault(name, []).append(table)
    return {name: pa.concat_tables(tables).to_pandas() for name, tables in parts.items()}


def report(results: pd.DataFrame) -> str:
    """The tables of all families as Markdown."""
    return "\n\n".join(
        f"### Family `{family}`\n\n{_family_report(results[results['family'] == family])}"
        for family in results["family"].unique()
    )


def _family_report(results: pd.DataFrame) -> str:
    deals, contested = (results.groupby("seed")[name].first().sum() for name in ("judged_deals", "contested_deals"))
    seeds = results["seed"].nunique()
    closest = results.loc[results.groupby("seed")["touchpoint"].idxmin(), "model"].value_counts()
    means = results.groupby(["model", "is_learned"], as_index=False)[list(MEASURES)].mean().sort_values("touchpoint")
    learned, rules = means[means["is_learned"]], means[~means["is_learned"]]
    silent = results[results["reason"].notna()]
    lines = [
        f"{seeds} seeds, {deals:,} judged deals, {contested:,} of them with more than one touchpoint.",
        "",
        "| model | learned | " + " | ".join(MEASURES.values()) + " | closest in seeds |",
        "|---|---|" + "---:|" * (len(MEASURES) + 1),
        *(_line(row, str(closest.get(row["model"], 0))) for row in means.to_dict("records")),
        _line(learned.mean(numeric_only=True).to_dict() | {"model": "mean of the learned models", "is_learned": True}),
        _line(rules.mean(numeric_only=True).to_dict() | {"model": "mean of the rule models", "is_learned": False}),
        *(
            f"\nSeed {row['seed']}: {row['model']} gave no credit: {row['reason']}."
            for row in silent.to_dict("records")
        ),
    ]
    return "\n".join(lines)


def _line(row: Mapping[str, Any], closest: str = "") -> str:
    """One line of the table: errors of every 100 of credit."""
    cells = ["" if pd.isna(row[name]) else f"{100 * row[name]:.1f}" for name in MEASURES if name in row]
    cells += [""] * (len(MEASURES) - len(cells))
    return f"| {' | '.join([row['model'], 'yes' if row['is_learned'] else '', *cells, closest])} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--families", nargs="+", choices=FAMILIES, default=list(FAMILIES))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(range(1, 11)))
    parser.add_argument("--deals", type=int, default=2_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="also one row per family, seed and model, as CSV")
    arguments = parser.parse_args()
    worlds = [
        TruthWorld(family, seed, arguments.deals, arguments.work.absolute())
        for family in arguments.families
        for seed in arguments.seeds
    ]
    with ThreadPoolExecutor(arguments.jobs) as builders:
        list(builders.map(make, worlds))
    with ProcessPoolExecutor(arguments.jobs) as judges:
        results = pd.concat(judges.map(judge, worlds), ignore_index=True)
    if arguments.out:
        results.to_csv(arguments.out, index=False)
    print(report(results))


if __name__ == "__main__":
    main()
