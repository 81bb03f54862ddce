"""The wrong numbers that published peers learn (each found by running them), and the right ones here."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise
from math import prod

import numpy as np
import pytest

from attribution_models.batches import journeys_batch
from attribution_models.registry import known_models
from attribution_models.run import run
from tests.attribution_models.journeys import (
    LIFTS,
    Deal,
    Journey,
    Step,
    journey_table,
    made_up_journeys,
    touch_table,
    with_models,
)
from tests.attribution_models.taught import QUICK, column, learned_by, ready_model, teach

LEARNED = pytest.mark.parametrize("name", [model.name for model in known_models().values() if model.is_learned])
TOY = [Journey("1", "won", ["C1", "C2", "C3"]), Journey("2", "lost", ["C1"]), Journey("3", "lost", ["C2", "C3"])]
CROSSED = [
    Journey("1", "won", ["A", "B"]),
    Journey("2", "lost", ["B", "A", "C"]),
    Journey("3", "won", ["A", "C"]),
    Journey("4", "lost", ["C", "B"]),
    Journey("5", "won", ["B", "C", "A"]),
]


def repeated(journeys: Iterable[Journey], times: int = 70) -> list[Journey]:
    """The same journeys so often that the shipped policy finds them enough: this changes no removal effect."""
    return [replace(one, deal_id=f"{one.deal_id}-{i}") for one in journeys for i in range(times)]


def test_markov_is_solved_and_not_simulated() -> None:
    """A peer's simulation is 10 % off in the median, 73 % at worst; here no seed moves an effect, and 200 channels that
    are worth the same have the same effect to the last digit.
    """
    wins = [Journey(f"W{i:03}", "won", [f"C{i:03}"]) for i in range(200)]
    losses = [Journey(f"L{i:03}", "lost", [f"C{i:03}"]) for i in range(200)]
    effects = [
        column(learned_by("markov", [*wins, *losses], with_models(learned={"seed": seed})), "effect") for seed in (1, 2)
    ]
    assert effects[0] == effects[1]
    assert list(effects[0].values()) == pytest.approx([1 / 200] * 200, rel=1e-12)


@LEARNED
def test_a_deal_without_a_touchpoint_stops_nothing(name: str) -> None:
    """An empty path crashes a peer's whole process; here such deals are part of the data, also where all are."""
    untouched = [replace(one, steps=[]) for one in made_up_journeys()]
    assert teach(name, [untouched]).learned is not None
    assert teach(name, [untouched[:10], made_up_journeys()[10:]]).reason is None


def test_the_revenue_of_lost_rows_is_credited_to_nobody() -> None:
    """A peer credits the amounts of lost rows; here the classic totals are the won revenue, whatever others cost."""
    journeys = [one for one in made_up_journeys() if one.steps]
    dearer = [one if one.outcome == "won" else replace(one, amount_cents=10**12) for one in journeys]
    totals = column(learned_by("markov", journeys), "credit_cents")
    assert column(learned_by("markov", dearer), "credit_cents") == totals
    assert sum(totals.values()) == sum(one.amount_cents for one in journeys if one.outcome == "won")


@LEARNED
def test_an_unknown_number_poisons_no_channel(name: str) -> None:
    """A NaN makes a peer's channel NaN; here every channel stays finite where depths, dates and stages are unknown."""
    poisoned = [
        replace(
            one,
            created_days=None if i % 3 else one.created_days,
            changed_days=None,
            segment=None,
            steps=[replace(step, engagement_depth=None, stage_at_touch=None, tier=None) for step in _steps(one)],
        )
        for i, one in enumerate(made_up_journeys())
    ]
    model = teach(name, [poisoned])
    assert model.learned is not None
    assert np.isfinite(list(column(model.learned, "effect").values())).all()
    deals = [Deal("D", 700_00, [("A", 9, 0.5, {"channel": channel}) for channel in LIFTS], created_days=None)]
    [(_, credits)] = run([touch_table(deals)], QUICK, [model])
    assert sum(credits["credit_cents"].to_pylist()) == 700_00


def _steps(journey: Journey) -> list[Step]:
    return [step for step in journey.steps if isinstance(step, Step)]


def shapley_of_six(last: str) -> list[int]:
    """Cents of a deal with the channels A to E and ``last``, which won together and in most pairs."""
    names = [*"ABCDE", last]
    paths = [names, *([one, other] for one, other in combinations(names, 2))]
    journeys = [Journey(f"{i}", "won" if i % 3 else "lost", path) for i, path in enumerate(paths)]
    model = teach("shapley", [repeated(journeys, 20)])
    touches = [(name, 9.0 - i, 0.5, {"channel": name}) for i, name in enumerate(names)]
    [(_, credits)] = run([touch_table([Deal("D", 600_00, touches)])], QUICK, [model])
    return credits["credit_cents"].to_pylist()


@pytest.mark.parametrize("name", ["zF", "0F"])
def test_no_channel_is_cut_off_for_its_name(name: str) -> None:
    """A peer's Shapley keeps the alphabetically last four: renaming one raised its credit by 15.6 %."""
    assert shapley_of_six(name) == shapley_of_six("F")


@LEARNED
def test_evidence_does_not_grow_with_touchpoints(name: str) -> None:
    """A peer needs 4.9 GB for the Markov chain of a million deals; here a batch leaves counts, no rows of its own."""

    def evidence(rounds: int) -> int:
        longer = [replace(one, steps=_over_and_over(one, rounds)) for one in made_up_journeys()]
        collect = known_models()[name].collect
        assert collect is not None
        return collect(journeys_batch(journey_table(longer)), QUICK).nbytes

    assert evidence(40) < 1.1 * evidence(2)


def _over_and_over(journey: Journey, rounds: int) -> list[Step]:
    """The journey's steps so many times, one round before the other."""
    return [replace(step, days=step.days + 160 * i) for i in range(rounds, 0, -1) for step in _steps(journey)]


def test_shapley_weights_are_no_zeros_and_ones() -> None:
    """A peer on a newer pandas gives one channel everything and the sums look right; equals get equal parts here."""
    journeys = [
        *repeated([Journey("1", "won", ["A", "B"]), Journey("2", "won", ["B", "A"])], 60),
        *repeated([Journey("3", "lost", ["A"]), Journey("4", "lost", ["B"]), Journey("5", "lost", [])], 60),
    ]
    deals = [Deal("D", 100_00, [("P", 9, 0.5, {"channel": "A"}), ("Q", 8, 0.5, {"channel": "B"})])]
    [(_, credits)] = run([touch_table(deals)], QUICK, [teach("shapley", [journeys])])
    assert credits["credit_cents"].to_pylist() == [50_00, 50_00]


def transitions(journeys: Sequence[Journey]) -> dict[str, dict[str, Fraction]]:
    """Share of the moves out of each state that go to each other."""
    counts: dict[str, dict[str, int]] = {}
    for one in journeys:
        for here, there in pairwise(["start", *map(str, one.steps), one.outcome]):
            counts.setdefault(here, {})
            counts[here][there] = counts[here].get(there, 0) + 1
    return {here: {to: Fraction(n, sum(moves.values())) for to, n in moves.items()} for here, moves in counts.items()}


def removal_by_solving(journeys: Sequence[Journey], channel: str) -> float:
    """1 - P(won) with every move into ``channel`` lost / P(won), each from the linear equations of its chain."""
    moves = transitions(journeys)
    states = list(moves)

    def won(removed: str | None) -> float:
        matrix = np.array([[0.0 if to == removed else float(moves[s].get(to, 0)) for to in states] for s in states])
        at_once = np.array([float(moves[s].get("won", 0)) for s in states])
        return float(np.linalg.solve(np.eye(len(states)) - matrix, at_once)[states.index("start")])

    return 1 - won(channel) / won(None)


def removal_by_observed_paths(journeys: Sequence[Journey], channel: str) -> float:
    """The same from the paths that were seen alone, as the peer does it."""
    moves = transitions(journeys)
    paths = {tuple(map(str, one.steps)) for one in journeys if one.outcome == "won"}

    def chance(path: tuple[str, ...]) -> Fraction:
        return prod((moves[here][to] for here, to in pairwise(["start", *path, "won"])), start=Fraction(1))

    kept = sum(chance(path) for path in paths if channel not in path)
    return float(1 - kept / sum(map(chance, paths)))


def test_removal_effects_count_paths_that_nobody_took_yet() -> None:
    """A peer sums over observed paths and calls it analytical: 0.524 instead of 0.558. Here every path of the chain
    counts, as in solving its equations once more without the channel.
    """
    effects = column(learned_by("markov", repeated(CROSSED)), "effect")
    solved = {channel: removal_by_solving(CROSSED, channel) for channel in "ABC"}
    observed = {channel: removal_by_observed_paths(CROSSED, channel) for channel in "ABC"}
    assert effects == pytest.approx(solved, abs=1e-12)
    assert max(abs(solved[channel] - observed[channel]) for channel in "ABC") > 0.03


@LEARNED
def test_published_shares_add_up(name: str) -> None:
    """A peer rounds shares to six digits, so that they miss 1; ours are not rounded before money is."""
    learned = ready_model(name).learned
    assert learned is not None
    assert sum(column(learned, "share").values()) == pytest.approx(1, abs=1e-12)


def test_removing_a_channel_keeps_the_rest_of_its_journeys() -> None:
    """A peer deletes whole journeys and gives a third each on the toy; the chain gives 0.2, 0.4 and 0.4."""
    shares = column(learned_by("markov", repeated(TOY)), "share")
    assert shares == pytest.approx({"C1": 0.2, "C2": 0.4, "C3": 0.4}, abs=1e-12)
