"""What holds for every learned model: what it is taught by, what it makes of it, and when it says nothing."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from attribution_models.batches import creditable_batch
from attribution_models.learned import SCHEMAS
from attribution_models.registry import Model, known_models
from attribution_models.run import run
from tests.attribution_models.journeys import LIFTS, Deal, Journey, Step, made_up_journeys, touch_table
from tests.attribution_models.taught import QUICK, ready_model, teach

LEARNED = pytest.mark.parametrize("name", [model.name for model in known_models().values() if model.is_learned])
JOURNEYS = made_up_journeys()


def renamed_channel(channel: str) -> str:
    """A name of another length that turns the order of names around."""
    return f"{9 - sorted(LIFTS).index(channel)} renamed"


def same(channel: str) -> str:
    return channel


def with_steps(journey: Journey, change: Callable[[Step], Step]) -> Journey:
    """The journey with each of its steps changed."""
    return replace(journey, steps=[change(step) for step in journey.steps if isinstance(step, Step)])


def scores(model: Model, rename: Callable[[str], str] = same) -> np.ndarray:
    """Each touchpoint's share of its deal, for won deals of one to three channels, repeated channels among them."""
    paths = [[one, other, third] for one in LIFTS for other in LIFTS for third in LIFTS]
    deals = [
        Deal(
            f"D{i:03}",
            1_000_000_00,
            [(f"P{j}", 40.0 - 9 * j, 0.5, {"channel": rename(path[j])}) for j in range(1 + i % 3)],
        )
        for i, path in enumerate(paths)
    ]
    tables = [table for _, table in run([touch_table(deals)], QUICK, [model])]
    return pa.concat_tables(tables)["share"].to_numpy()


def channels_renamed(journeys: Sequence[Journey]) -> list[Sequence[Journey]]:
    return [[with_steps(one, lambda step: replace(step, channel=renamed_channel(step.channel))) for one in journeys]]


def partners_renamed(journeys: Sequence[Journey]) -> list[Sequence[Journey]]:
    change = {f"P{i}": f"{9 - i} renamed" for i in range(8)}
    return [[with_steps(one, lambda step: replace(step, partner_id=change[step.partner_id])) for one in journeys]]


def amounts_scaled(journeys: Sequence[Journey]) -> list[Sequence[Journey]]:
    return [[replace(one, amount_cents=7 * one.amount_cents) for one in journeys]]


def in_batches(journeys: Sequence[Journey]) -> list[Sequence[Journey]]:
    """Three batches, the last deals first."""
    return [journeys[400:], journeys[150:400], journeys[:150]]


@LEARNED
@pytest.mark.parametrize(
    ("change", "rename"),
    [
        (channels_renamed, renamed_channel),
        (partners_renamed, same),
        (amounts_scaled, same),
        (in_batches, same),
    ],
)
def test_nothing_is_learned_from_names_order_or_the_unit_of_money(
    name: str, change: Callable[[Sequence[Journey]], list[Sequence[Journey]]], rename: Callable[[str], str]
) -> None:
    """Taught once more by the same journeys in another guise, it divides the same deals in the same shares."""
    after = scores(teach(name, change(JOURNEYS)), rename)
    assert after == pytest.approx(scores(ready_model(name)), abs=1e-7)


@LEARNED
def test_it_learns_from_outcomes(name: str) -> None:
    """With won and lost told the other way round it divides otherwise: it is no rule in disguise."""
    swapped = {"won": "lost", "lost": "won", "open": "open"}
    contrary = teach(name, [[replace(one, outcome=swapped[one.outcome]) for one in JOURNEYS]])
    assert np.abs(scores(contrary) - scores(ready_model(name))).max() > 0.05


@LEARNED
def test_the_channel_that_wins_most_earns_most(name: str) -> None:
    """Of two touches on a deal, the one of the channel that was made to win gets more than the one made to lose."""
    best, worst = max(LIFTS, key=LIFTS.__getitem__), min(LIFTS, key=LIFTS.__getitem__)
    deals = [
        Deal(f"D{i}", 1_000_00, [("A", 30.0, 0.5, {"channel": first}), ("B", 20.0, 0.5, {"channel": last})])
        for i, (first, last) in enumerate([(best, worst), (worst, best)])
    ]
    [(_, credits)] = run([touch_table(deals)], QUICK, [ready_model(name)])
    first, second, third, fourth = credits["credit_cents"].to_pylist()
    assert first > second and fourth > third


@LEARNED
@pytest.mark.parametrize("journeys", [[], JOURNEYS[:50], [replace(one, outcome="won") for one in JOURNEYS]])
def test_too_little_teaches_nothing_and_it_says_so(name: str, journeys: Sequence[Journey]) -> None:
    """No deals, too few, or one outcome alone: a reason instead of credit, and no other rule in its place."""
    for batches in ([], [journeys]) if not journeys else ([journeys],):
        model = teach(name, batches)
        assert model.reason and "fewer than" in model.reason
        assert list(run([touch_table([Deal("D", 1_000_00, [("A", 9)])])], QUICK, [model])) == []


@LEARNED
def test_what_it_publishes_has_the_columns_of_the_marts(name: str) -> None:
    """Tables by their names, finite and with the interval around the effect, of channels that were seen."""
    learned = ready_model(name).learned
    assert learned is not None and learned.tables
    for table_name, table in learned.tables.items():
        assert table.schema.equals(SCHEMAS[table_name])
    channels = learned.tables["channel"].to_pylist()
    assert {row["channel"] for row in channels} == set(LIFTS)
    for row in channels:
        assert np.isfinite([row["effect"], row["effect_low"], row["effect_high"], row["share"]]).all()
        assert row["effect_low"] <= row["effect_high"]
    assert sum(row["share"] for row in channels) == pytest.approx(1)


@LEARNED
def test_every_touchpoint_is_told_what_made_its_score(name: str) -> None:
    """From the published tables alone, also for a channel that it was never taught, and for no touchpoint at all."""
    model = ready_model(name)
    assert model.learned is not None
    published = {table: rows.to_pylist() for table, rows in model.learned.tables.items()}
    paths = [[*LIFTS], ["never: taught"], ["never: taught", min(LIFTS)]]
    deals = [
        Deal(f"D{i}", 1_000_00, [("A", 30.0 - j, 0.5, {"channel": channel}) for j, channel in enumerate(path)])
        for i, path in enumerate(paths)
    ]
    table = touch_table(deals)
    told = model.why(creditable_batch(table).touches, QUICK, published=published)
    assert len(told) == table.num_rows and all(told)
    assert model.why(creditable_batch(table.slice(0, 0)).touches, QUICK, published=published) == []


@LEARNED
def test_what_it_learned_travels(name: str) -> None:
    """A copy that went to another process scores to the last bit like the original."""
    model = ready_model(name)
    assert model.learned is not None
    copied = known_models()[name].taught(pickle.loads(pickle.dumps(model.learned)))  # noqa: S301 - our own bytes
    assert scores(copied).tolist() == scores(model).tolist()


@LEARNED
def test_teaching_again_teaches_the_same(name: str) -> None:
    """The same journeys and seed give the same numbers, intervals included: a repeated run repeats its tables."""
    again = teach(name, [JOURNEYS]).learned
    before = ready_model(name).learned
    assert again is not None and before is not None
    assert all(again.tables[table].equals(before.tables[table]) for table in before.tables)
