"""The peers' own work as each tool does it: what every channel earned, of journeys that are in memory.

Every function gets the folder of made-up deals, brings them into the form that its tool wants, times each step with
``watch`` and returns the totals by model and channel, in cents.
"""

import contextlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import numpy as np
import pyarrow as pa

from attribution_models.allocate import allocate
from attribution_models.batches import (
    JOURNEY_COLUMNS,
    TOUCH_COLUMNS,
    Batch,
    creditable_batch,
    journeys_batch,
    whole_deals,
)
from attribution_models.parallel import in_order
from attribution_models.policy import load_policy
from attribution_models.registry import Model, known_models
from attribution_models.run import BATCH_ROWS
from attribution_models.types import Journeys
from orchestration.settings import cores

HALF_LIFE_DAYS = 30
POLICY = load_policy(Path(__file__).parents[1] / "config" / "policy.yaml")
BY_RULES = {"linear": "linear", "position": "position_based", "time decay": "time_decay_half_life"}

Totals = dict[str, dict[str, float]]
Item = TypeVar("Item")
Result = TypeVar("Result")


class Stopwatch:
    """Seconds of the clock and of processors that named steps took."""

    def __init__(self) -> None:
        self.times: dict[str, dict[str, float]] = {}

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.times[name] = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def ours(source: Path, watch: Stopwatch) -> Totals:
    """Batches as they come sorted from DuckDB, side by side; every deal is divided into whole cents."""
    models = known_models()
    markov = models["markov"]
    assert markov.collect is not None and markov.fit is not None
    touches, journeys = (
        _sorted(source, *one) for one in (("int_touch", TOUCH_COLUMNS), ("int_journey", JOURNEY_COLUMNS))
    )
    # Machine code is loaded at the first call, as the peers' is by their imports, which are not timed either.
    _cents(models["linear"], _encoded(touches[0].slice(0, 1)))
    markov.collect(_encoded_journeys(journeys[0].slice(0, 1)), POLICY)
    totals: Totals = {}
    with watch.step("prepare"):
        batches = _side_by_side(_encoded, touches)
    for name, file in BY_RULES.items():
        with watch.step(name):
            totals[name] = dict(sum(_side_by_side(partial(_cents, models[file]), batches), Counter()))
    with watch.step("prepare markov"):
        prepared = _side_by_side(_encoded_journeys, journeys)
    with watch.step("markov"):
        learned = markov.fit(_side_by_side(partial(markov.collect, policy=POLICY), prepared), POLICY)
    totals["markov"] = {row["channel"]: row["credit_cents"] for row in learned.tables["channel"].to_pylist()}
    return totals


def _side_by_side(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return list(in_order((partial(function, item) for item in items), cores()))


def _sorted(source: Path, table: str, columns: Sequence[str]) -> list[pa.Table]:
    query = f"select {', '.join(columns)} from '{source / table / '*.parquet'}' order by deal_id, position"
    return list(whole_deals(duckdb.sql(query).to_arrow_reader(BATCH_ROWS), BATCH_ROWS))


def _encoded(table: pa.Table) -> Batch:
    """With the channels as numbers and the ages in days: what the peers' own preparation makes of their texts."""
    batch = creditable_batch(table)
    _ = batch.touches.categories["channel"], batch.touches.age_days
    return batch


def _encoded_journeys(table: pa.Table) -> Journeys:
    journeys = journeys_batch(table)
    _ = journeys.touches.categories["channel"]
    return journeys


def _cents(model: Model, batch: Batch) -> "Counter[str]":
    """By channel, of one batch."""
    touches, channel = batch.touches, batch.touches.categories["channel"]
    cents = allocate(model.score(touches, POLICY), touches.starts, touches.counts, batch.amount_cents).credit_cents
    sums = np.bincount(channel.codes, weights=cents, minlength=len(channel.values))
    return Counter(dict(zip(channel.values, sums.astype(np.int64).tolist(), strict=True)))


def channel_attribution(source: Path, watch: Stopwatch) -> Totals:
    """Texts, read inside each call; first, last and linear are one call."""
    from ChannelAttribution import heuristic_models, markov_model

    totals: Totals = {}
    won, decided = _paths(source, "int_touch").to_df(), _paths(source, "int_journey").to_df()
    with watch.step("linear"):
        result = heuristic_models(won, "path", "won", var_value="cents", flg_pro=False)
    totals["linear"] = result.set_index("channel_name")["linear_touch_value"].to_dict()
    decided["lost"] = 1 - decided["won"]
    with watch.step("markov"):
        result = markov_model(
            decided, "path", "won", var_value="cents", var_null="lost", ncore=os.cpu_count(), verbose=False,
            flg_pro=False,
        )  # fmt: skip
    totals["markov"] = result.set_index("channel_name")["total_conversion_value"].to_dict()
    return totals


def mam(source: Path, watch: Stopwatch) -> Totals:
    """marketing-attribution-models, which reads its journeys into lists first."""
    from mam import MAM

    totals: Totals = {}
    won, decided = _paths(source, "int_touch").pl(), _paths(source, "int_journey").pl()
    common = {"channels_colname": "path", "journey_with_conv_colname": "is_won"}
    with watch.step("prepare"):
        journeys = MAM(
            won, format_type="journey", time_till_conv_colname="hours", conversion_value_colname="cents", **common
        )
    with watch.step("linear"):
        totals["linear"] = _by_channel(journeys.run_linear())
    with watch.step("position"):
        totals["position"] = _by_channel(journeys.run_position_based())
    with watch.step("time decay"):
        totals["time decay"] = _by_channel(journeys.run_time_decay(half_life_hours=24.0 * HALF_LIFE_DAYS))
    del journeys
    with watch.step("prepare markov"):
        chain = MAM(decided, format_type="grouped_journey", occurrences_colname="won_or_lost", **common)
    with watch.step("markov"):
        chain.run_markov()
    return totals


def _by_channel(result: Any) -> dict[str, float]:  # noqa: ANN401 - of an untyped library
    sums: dict[str, float] = result.to_pandas().set_index("channels")["attribution"].to_dict()
    return sums


def _paths(source: Path, table: str) -> duckdb.DuckDBPyRelation:
    """A row for each decided deal: its channels as a text, hours before the close, whether it was won, its cents."""
    outcome = "'won'" if table == "int_touch" else "outcome"
    return duckdb.sql(
        f"""
        select deal_id as journey_id, string_agg(channel, ' > ' order by position) as path,
            string_agg((epoch_us(closed_at) - epoch_us(occurred_at)) / 3.6e9, ' > ' order by position) as hours,
            any_value({outcome}) = 'won' as is_won, is_won::integer as won, 1 as won_or_lost,
            any_value(amount_cents)::double * won as cents
        from '{source / table / "*.parquet"}'
        where touchpoint_id is not null and {outcome} <> 'open'
        group by deal_id
        """
    )
