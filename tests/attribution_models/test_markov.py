"""markov against exact fractions, its chain solved once more without each channel, and a known truth."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby, pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution_models.absorbing_chain import Chain, removal_effects, removal_slopes
from attribution_models.batches import creditable_batch
from attribution_models.learned import Learned
from attribution_models.policy import Policy
from tests.attribution_models.journeys import Deal, Journey, Step, made_up_journeys, touch_table, with_models
from tests.attribution_models.taught import column, learned_by, ready_model, teach

TOY = [Journey("1", "won", ["C1", "C2", "C3"]), Journey("2", "lost", ["C1"]), Journey("3", "lost", ["C2", "C3"])]
JOURNEYS = made_up_journeys()

State = tuple[str, ...]
Chances = dict[State, dict[State, Fraction]]
WON, LOST = ("won",), ("lost",)


def few(order: int = 1, samples: int = 20) -> Policy:
    """The shipped policy, but that two deals are enough."""
    return with_models(
        learned={"decided_deals": 2, "outcomes": 1, "bootstrap_samples": samples}, markov={"order": order}
    )


def decided(journeys: Sequence[Journey]) -> list[Journey]:
    """The journeys that a chain learns from."""
    return [one for one in journeys if one.steps and one.outcome != "open"]


def states_of(journey: Journey, order: int) -> list[State]:
    """The states that a journey passes: the channels of its last ``order`` steps, repeats taken as one."""
    steps = [step.channel if isinstance(step, Step) else step for step in journey.steps]
    path = [channel for channel, _ in groupby(steps)]
    return [tuple(path[max(i - order, 0) : i]) for i in range(len(path) + 1)] + [(journey.outcome,)]


def chances(journeys: Sequence[Journey], order: int) -> Chances:
    """Share of the moves out of each state that lead to each other."""
    counts: dict[State, dict[State, int]] = {}
    for one in journeys:
        for here, there in pairwise(states_of(one, order)):
            moves = counts.setdefault(here, {})
            moves[there] = moves.get(there, 0) + 1
    return {here: {to: Fraction(n, sum(moves.values())) for to, n in moves.items()} for here, moves in counts.items()}


def mean_values(journeys: Sequence[Journey], order: int) -> dict[State, Fraction]:
    """Won cents per move out of each state, of the wins that leave it."""
    moves: dict[State, int] = {}
    cents: dict[State, int] = {}
    for one in journeys:
        *passed, last, end = states_of(one, order)
        for state in [*passed, last]:
            moves[state] = moves.get(state, 0) + 1
        if end == WON:
            cents[last] = cents.get(last, 0) + one.amount_cents
    return {state: Fraction(cents.get(state, 0), moves[state]) for state in moves}


def solved(chain: Chances, at_once: dict[State, Fraction], removed: str | None = None) -> Fraction:
    """What the start gains, in fractions: x = at_once + moves x by elimination, with moves into ``removed`` lost."""
    states = sorted(state for state in chain if removed not in state)
    rows = [[Fraction(here == to) - chain[here].get(to, 0) for to in states] + [at_once[here]] for here in states]
    for i in range(len(rows)):
        pivot = next(j for j in range(i, len(rows)) if rows[j][i])
        rows[i], rows[pivot] = rows[pivot], [value / rows[pivot][i] for value in rows[pivot]]
        for j in range(len(rows)):
            if j != i and (factor := rows[j][i]):
                rows[j] = [value - factor * above for value, above in zip(rows[j], rows[i], strict=True)]
    return rows[states.index(())][-1]


def removal(journeys: Sequence[Journey], channel: str, order: int = 1) -> Fraction:
    """The share of wins that is lost when the chain is solved again without ``channel``."""
    chain = chances(journeys, order)
    at_once = {state: moves.get(WON, Fraction(0)) for state, moves in chain.items()}
    return 1 - solved(chain, at_once, channel) / solved(chain, at_once)


def revenue_removal(journeys: Sequence[Journey], channel: str, order: int = 1) -> Fraction:
    """The share of won revenue that is lost when the chain is solved again without ``channel``."""
    chain, value = chances(journeys, order), mean_values(journeys, order)
    return 1 - solved(chain, value, channel) / solved(chain, value)


def parameters(learned: Learned) -> dict[str, dict]:
    return {row["parameter"]: row for row in learned.tables["parameter"].to_pylist()}


def test_the_toy_chain() -> None:
    """C1 > C2 > C3 won, C1 lost, C2 > C3 lost: a third is won, the effects are 1/2, 1, 1, the shares 0.2, 0.4, 0.4."""
    learned = learned_by("markov", TOY, few())
    exact = {channel: removal(TOY, channel) for channel in ("C1", "C2", "C3")}
    assert exact == {"C1": Fraction(1, 2), "C2": 1, "C3": 1}
    assert column(learned, "effect") == {channel: float(effect) for channel, effect in exact.items()}
    assert column(learned, "share") == {"C1": 0.2, "C2": 0.4, "C3": 0.4}
    assert column(learned, "credit_cents") == {"C1": 2_000_00, "C2": 4_000_00, "C3": 4_000_00}
    assert parameters(learned)["win_rate"]["value"] == pytest.approx(1 / 3, abs=1e-15)


@pytest.mark.parametrize(("order", "deals"), [(1, 600), (2, 600), (3, 600)])
def test_effects_are_those_of_the_chain_solved_without_the_channel(order: int, deals: int) -> None:
    """Of wins and of revenue, at each order; at order 3 there are so many states that sparse solving takes over."""
    journeys = decided(JOURNEYS[:deals])
    learned = learned_by("markov", journeys, few(order))
    effects, told = column(learned, "effect"), parameters(learned)
    assert (told["states"]["value"] > 64) == (order == 3)
    for channel, effect in effects.items():
        assert effect == pytest.approx(float(removal(journeys, channel, order)), abs=1e-11)
        value = told[f"revenue_removal_effect: {channel}"]["value"]
        assert value == pytest.approx(float(revenue_removal(journeys, channel, order)), abs=1e-11)


def test_chains_of_very_many_states_are_solved_as_exactly() -> None:
    """With hundreds of states, where every move is added up step by step, as by solving all equations at once."""
    random = Random(4)
    journeys = [
        Journey(f"{i}", random.choice(["won", "lost"]), random.choices("ABCDEFGHI", k=random.randint(1, 9)))
        for i in range(2500)
    ]
    learned = learned_by("markov", journeys, few(3))
    assert parameters(learned)["states"]["value"] > 600
    chain = chances(journeys, 3)
    states = sorted(chain)
    place = {state: i for i, state in enumerate(states)}
    matrix, won = np.eye(len(states)), np.array([float(chain[state].get(WON, 0)) for state in states])
    for here, moves in chain.items():
        for there, share in moves.items():
            if there in place:
                matrix[place[here], place[there]] -= float(share)
    everyone = np.linalg.solve(matrix, won)[place[()]]
    for channel in "AE":
        kept = [i for i, state in enumerate(states) if channel not in state]
        without = np.linalg.solve(matrix[np.ix_(kept, kept)], won[kept])[0]
        assert column(learned, "effect")[channel] == pytest.approx(1 - without / everyone, abs=1e-11)


paths = st.lists(
    st.tuples(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=5), st.booleans()), min_size=2, max_size=12
)


@given(paths, st.integers(1, 3))
@settings(max_examples=40)
def test_invariants_of_any_chain(drawn: list[tuple[list[str], bool]], order: int) -> None:
    """The win rate is won / decided, effects lie in 0 to 1 and sum to 1 or more, equal journeys may be merged, and an
    effect of 1 means that every winning chain passes the channel.
    """
    drawn = [*drawn, (["A", "B"], True), (["B"], False)]
    journeys = [Journey(f"{i:02}", "won" if is_won else "lost", steps) for i, (steps, is_won) in enumerate(drawn)]
    learned = learned_by("markov", journeys, few(order))
    effects = column(learned, "effect")
    won = sum(is_won for _, is_won in drawn)
    assert parameters(learned)["win_rate"]["value"] == pytest.approx(won / len(drawn), abs=1e-12)
    assert all(0 <= effect <= 1 for effect in effects.values())
    assert sum(effects.values()) >= 1 - 1e-11
    for channel, effect in effects.items():
        assert (effect == 1) == (removal(journeys, channel, order) == 1)
        assert (effect == 0) == (removal(journeys, channel, order) == 0)
    thrice = [replace(one, deal_id=f"{one.deal_id}-{i}") for one in journeys for i in range(3)]
    assert column(learned_by("markov", thrice, few(order)), "effect") == pytest.approx(effects, abs=1e-11)


def test_order_matters_where_the_chain_has_a_memory() -> None:
    """B wins after A alone: one step of memory can't tell, two can."""
    journeys = [Journey(f"{i}", "won", ["A", "B"]) for i in range(10)] + [
        Journey(f"{i}", "lost", ["C", "B"]) for i in range(10, 20)
    ]
    assert column(learned_by("markov", journeys, few(1)), "effect")["C"] == 0.5
    assert column(learned_by("markov", journeys, few(2)), "effect")["C"] == 0


def test_slopes_are_difference_quotients() -> None:
    """How an effect moves with each edge, which intervals of large chains rest on, is what moving the edge shows."""
    chain = Chain(
        3,
        np.array([0, 0, 1, 1, 1, 2, 2, 2]),
        np.array([1, 2, 2, 3, 4, 1, 3, 4]),
        np.array([[False, False], [True, False], [False, True]]),
    )
    counts, values = np.array([5.0, 3, 2, 4, 1, 2, 3, 2]), np.array([0.0, 0, 0, 70, 0, 0, 90, 0])
    effects, slopes = removal_slopes(chain, counts, values)
    dense = removal_effects(chain, counts[None], values[None])
    assert effects.wins == pytest.approx(dense.wins, abs=1e-14)
    assert effects.value == pytest.approx(dense.value, abs=1e-14)
    steps = np.vstack([np.eye(8), -np.eye(8)]) * 1e-5
    moved = removal_effects(chain, counts + steps, np.broadcast_to(values, steps.shape))
    for got, seen in ((slopes.wins, moved.wins), (slopes.value, moved.value)):
        assert got == pytest.approx((seen[:8] - seen[8:]).T / 2e-5, abs=1e-6)
    valued = removal_effects(chain, np.broadcast_to(counts, steps.shape), values + steps * (chain.target == 3))
    assert slopes.value_by_value == pytest.approx((valued.value[:8] - valued.value[8:]).T / 2e-5, abs=1e-6)


TRUE_CHAIN: dict[str, dict[str, float]] = {
    "start": {"A": 0.5, "B": 0.5},
    "A": {"B": 0.3, "won": 0.2, "lost": 0.5},
    "B": {"A": 0.2, "won": 0.5, "lost": 0.3},
}


def true_journey(deal_id: str, random: Random) -> Journey:
    """A walk through the true chain."""
    here, steps = "start", []
    while here not in {"won", "lost"}:
        here = random.choices(list(TRUE_CHAIN[here]), list(TRUE_CHAIN[here].values()))[0]
        steps.append(here)
    return Journey(deal_id, here, steps[:-1])


@pytest.mark.parametrize("order", [1, 3])
def test_intervals_hold_the_truth_as_often_as_they_say(order: int) -> None:
    """Of 40 samples from a known chain, the 95 % interval holds the true effect in 34 or more, and is no wider than
    it has to be. From A a deal is won with a chance of 35/94, from B with 54/94; without A half of B's 0.5 is left.
    """
    truth = 1 - 0.25 / ((35 + 54) / 94 / 2)
    held, widths, estimates = 0, [], []
    for seed in range(40):
        random = Random(seed)
        journeys = [true_journey(f"{seed}-{i}", random) for i in range(400)]
        rows = learned_by("markov", journeys, few(order, samples=100)).tables["channel"].to_pylist()
        (row,) = [row for row in rows if row["channel"] == "A"]
        held += row["effect_low"] <= truth <= row["effect_high"]
        widths.append(row["effect_high"] - row["effect_low"])
        estimates.append(row["effect"])
    assert held >= 34
    assert 0.7 < np.mean(widths) / (2 * 1.96 * np.std(estimates)) < 1.5


def credits(deals: Sequence[list[str]]) -> list[list[float]]:
    """Scores of the touchpoints of each deal, by the channels of its touches in order."""
    batch = creditable_batch(touch_table(_deals(deals)))
    scores = ready_model("markov").score(batch.touches, few())
    return [part.tolist() for part in np.split(scores, batch.touches.starts[1:])]


def _deals(deals: Sequence[list[str]]) -> list[Deal]:
    return [
        Deal(f"D{i}", 100_00, [("P", 90.0 - j, 0.5, {"channel": channel}) for j, channel in enumerate(path)])
        for i, path in enumerate(deals)
    ]


def test_each_deal_is_divided_by_the_effects_of_its_own_touchpoints() -> None:
    """A touchpoint's score is the published effect of its channel; of a channel never seen, the mean of the others."""
    model = ready_model("markov")
    assert model.learned is not None
    effects = column(model.learned, "effect")
    one, other, *_ = effects
    mean = parameters(model.learned)["mean_effect"]["value"]
    assert mean == pytest.approx(sum(effects.values()) / len(effects), abs=1e-15)
    assert credits([[one, other, one], ["nobody: knows", one]]) == [
        [effects[one], effects[other], effects[one]],
        [pytest.approx(mean, abs=1e-12), effects[one]],
    ]


def test_a_deal_without_any_effect_is_shared_evenly_and_says_so() -> None:
    """A channel that no win passed has the effect 0: beside others it gets nothing, alone it gets its deal."""
    journeys = [Journey("1", "won", ["A"]), Journey("2", "lost", ["A"]), Journey("3", "lost", ["Z"])]
    model = teach("markov", [journeys], few())
    assert model.learned is not None
    assert column(model.learned, "effect") == {"A": 1, "Z": 0}
    touches = creditable_batch(touch_table(_deals([["Z", "Z"], ["A", "Z"]]))).touches
    assert model.score(touches, few()).tolist() == [1, 1, 1, 0]
    told = model.why(touches, few(), published={n: t.to_pylist() for n, t in model.learned.tables.items()})
    assert ["nothing speaks for any touchpoint of the deal" in words for words in told] == [True, True, False, False]
    assert ["claims nothing" in words for words in told] == [False, False, False, True]


def test_why_quotes_what_was_published() -> None:
    """The reason names the channel, its removal effect, interval and deals from the marts, and the policy's key."""
    rows = {
        "channel": "A",
        "effect": 0.125,
        "effect_low": 0.1,
        "effect_high": 0.15,
        "deal_count": 1234,
        "won_count": 99,
    }
    published = {"channel": [rows], "parameter": [{"parameter": "mean_effect", "value": 0.25}]}
    touches = creditable_batch(touch_table(_deals([["A", "new"]]))).touches
    assert ready_model("markov").why(touches, few(2), published=published) == [
        "removal effect of A: without it 12.50% of the wins would be lost (95 % interval 10.00% to 15.00%; 99 won of "
        "1,234 decided deals had it; models.markov.order 2)",
        "no decided deal had new: the mean removal effect of the others, 25.00%",
    ]
