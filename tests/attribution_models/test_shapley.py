"""shapley against every order in which channels can join, a game worked by hand, and its axioms on any game."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from attribution_models.batches import creditable_batch
from attribution_models.coalitions import Sets, channel_keys
from attribution_models.policy import Policy
from attribution_models.registry import Model
from attribution_models.shapley_values import Effort, potential, shapley_values
from attribution_models.win_rate_game import Game, Parts
from tests.attribution_models.journeys import (
    LIFTS,
    POLICY,
    Deal,
    Journey,
    Step,
    made_up_journeys,
    touch_table,
    with_models,
)
from tests.attribution_models.taught import QUICK, column, learned_by, ready_model, teach

Players = frozenset[str]
Worth = Callable[[Players], float]

EXACT = Effort(exact_channels=12, permutation_pairs=1, seed=1)
JOURNEYS = [one for one in made_up_journeys() if one.outcome != "open"]


def players_of(journey: Journey) -> Players:
    return frozenset(step.channel if isinstance(step, Step) else step for step in journey.steps)


def by_all_orders(worth: Worth, players: Players) -> dict[str, float]:
    """Each player's gain when it joins, a mean over every order in which the players can join."""
    gains = dict.fromkeys(players, 0.0)
    orders = list(permutations(sorted(players)))
    for order in orders:
        for place, player in enumerate(order):
            gains[player] += worth(frozenset(order[: place + 1])) - worth(frozenset(order[:place]))
    return {player: gain / len(orders) for player, gain in gains.items()}


def game_of(journeys: Sequence[Journey], rare_deals: float) -> Worth:
    """The game as its page defines it, its parts fitted by another library."""
    sets = [players_of(one) for one in journeys]
    won = np.array([one.outcome == "won" for one in journeys])
    channels = sorted(frozenset().union(*sets))
    design = np.array([[channel in one for channel in channels] for one in sets], dtype=np.float64)
    penalty = rare_deals * won.mean() * (1 - won.mean())
    parts = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=10_000).fit(design, won)

    @cache
    def rate(players: Players) -> float:
        expected = parts.predict_proba([[channel in players for channel in channels]])[0, 1]
        of_set = [is_won for one, is_won in zip(sets, won, strict=True) if one == players]
        return float((sum(of_set) + rare_deals * expected) / (len(of_set) + rare_deals))

    return lambda players: rate(players) - rate(frozenset())


def scores(model: Model, paths: Sequence[Sequence[str]], rules: Policy = QUICK) -> list[list[float]]:
    """Scores of the touchpoints of deals that these channels touched in order."""
    touches = creditable_batch(touch_table(deals_of(paths))).touches
    return [part.tolist() for part in np.split(model.score(touches, rules), touches.starts[1:])]


def deals_of(paths: Sequence[Sequence[str]]) -> list[Deal]:
    return [
        Deal(f"D{i:03}", 100_00, [("P", 90.0 - j, 0.5, {"channel": channel}) for j, channel in enumerate(path)])
        for i, path in enumerate(paths)
    ]


def test_values_are_those_of_all_orders_of_joining() -> None:
    """Every set of one to five channels, seen or not: the mean gain over all orders, in the game as it is defined."""
    worth = game_of(JOURNEYS, POLICY.models.shapley.rare_deals)
    paths = [path for size in range(1, 6) for path in combinations(LIFTS, size)]
    for path, got in zip(paths, scores(ready_model("shapley"), paths), strict=True):
        wanted = by_all_orders(worth, frozenset(path))
        claimed = [max(wanted[channel], 0.0) for channel in path]
        assert got == pytest.approx(claimed if any(claimed) else [1.0] * len(path), abs=1e-6)


def test_a_game_worked_by_hand() -> None:
    """Without a touch 1 of 10 wins, with A 3, with B 5, with both 9: of the 0.8 that both add A has 0.3 and B 0.5."""
    wins = {(): 1, ("A",): 3, ("B",): 5, ("A", "B"): 9}
    journeys = [
        Journey(f"{steps}{i}", "won" if i < won else "lost", steps) for steps, won in wins.items() for i in range(10)
    ]
    rules = with_models(
        learned={"decided_deals": 2, "outcomes": 1, "bootstrap_samples": 20}, shapley={"rare_deals": 1e-9}
    )
    rate = {steps: Fraction(won, 10) - Fraction(1, 10) for steps, won in wins.items()}
    both, a, b = rate["A", "B"], rate["A",], rate["B",]
    exact = [float((a + both - b) / 2), float((b + both - a) / 2)]
    assert exact == [0.3, 0.5]
    model = teach("shapley", [journeys], rules)
    assert scores(model, [["A", "B"], ["A"], ["B", "B"]], rules) == [
        pytest.approx(exact, abs=1e-8),
        pytest.approx([0.2], abs=1e-8),
        pytest.approx([0.4, 0.4], abs=1e-8),
    ]
    assert model.learned is not None
    assert column(model.learned, "effect") == pytest.approx({"A": 0.25, "B": 0.45}, abs=1e-8)


def made_up_game(channels: int, random: Random) -> Game:
    """A game of any rates: up to 30 sets were seen, each on up to 50 deals."""
    keys = channel_keys(channels, 1)
    log_odds = np.array([random.gauss(0, 1) for _ in range(channels + 1)])  # the first is that of no channel
    sets = [random.sample(range(channels), random.randint(0, channels)) for _ in range(30)]
    seen = sorted({int(sum(int(keys[code]) for code in one) % 2**64) for one in sets})
    deals = np.array([random.randint(1, 50) for _ in seen])
    won = np.array([random.randint(0, int(count)) for count in deals])
    parts = Parts(log_odds, np.eye(channels + 1))
    return Game(tuple(map(str, range(channels))), keys, parts, 20.0, np.array(seen, dtype=np.uint64), deals, won)


def worth_in(game: Game, codes: Sequence[int]) -> float:
    """v of one set, of the game's own rates."""
    codes = list(codes)
    keys = np.array([0, sum(int(game.keys[code]) for code in codes) % 2**64], dtype=np.uint64)
    nothing, everyone = game.rates(keys, np.array([0.0, game.log_odds[codes].sum()]))
    return float(everyone - nothing)


def value_of(game: Game, *sets: Sequence[int], effort: Effort = EXACT) -> list[list[float]]:
    """Shapley values of the channels of each set."""
    codes = np.array([code for one in sets for code in one], dtype=np.int64)
    of_sets = Sets.of_sizes(np.array([len(one) for one in sets]), codes)
    return [part.tolist() for part in np.split(shapley_values(game, of_sets, effort), of_sets.starts[1:])]


@given(st.integers(1, 7), st.integers(0, 10**6))
@settings(max_examples=60)
def test_values_add_up_to_what_the_set_is_worth(channels: int, seed: int) -> None:
    """Efficiency, for every set of any game, in the order of its channels or not."""
    random = Random(seed)
    game = made_up_game(channels, random)
    sets = [random.sample(range(channels), random.randint(1, channels)) for _ in range(5)]
    for one, values in zip(sets, value_of(game, *sets), strict=True):
        assert sum(values) == pytest.approx(worth_in(game, one), abs=1e-12)


@given(st.integers(0, 10**6))
@settings(max_examples=40)
def test_a_channel_that_changes_nothing_gets_nothing_and_twins_get_the_same(seed: int) -> None:
    """Dummy and symmetry: channel 3 leaves every rate as it is, 1 and 2 may be exchanged in every set."""
    random = Random(seed)
    rate = {(has_0, twins): random.randint(0, 50) for has_0 in (0, 1) for twins in (0, 1, 2)}
    keys = channel_keys(4, 1)
    masks = np.arange(16)
    won = np.array([rate[mask & 1, (mask >> 1 & 1) + (mask >> 2 & 1)] for mask in masks.tolist()])
    parts = Parts(np.array([random.gauss(0, 1), 0.7, -0.3, -0.3, 0.0]), np.eye(5))
    game = Game(("a", "b", "c", "d"), keys, parts, 20.0, masks.astype(np.uint64), np.full(16, 50), won)
    [(_, one, other, nothing)] = value_of(game, [0, 1, 2, 3])
    assert one == pytest.approx(other, abs=1e-12)
    assert nothing == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("channels", [1, 5, 9])
def test_the_potential_gives_the_same_values(channels: int) -> None:
    """Where there are so many deals that all subsets are gone through once, each value is that of its own subsets."""
    game = made_up_game(channels, Random(channels))
    total = potential(game)
    sets = [list(one) for size in range(1, channels + 1) for one in combinations(range(channels), size)]
    for one, values in zip(sets, value_of(game, *sets), strict=True):
        everyone = sum(1 << code for code in one)
        assert values == pytest.approx([total[everyone] - total[everyone ^ (1 << code)] for code in one], abs=1e-12)


def test_more_channels_than_bits_make_no_difference() -> None:
    """Beyond 62 channels keys are random: values are still those of all orders."""
    game = made_up_game(70, Random(3))
    codes = [3, 66, 12, 69]
    by_code = by_all_orders(lambda players: worth_in(game, [int(one) for one in players]), frozenset(map(str, codes)))
    [values] = value_of(game, codes)
    assert values == pytest.approx([by_code[str(code)] for code in codes], abs=1e-12)


def test_a_deal_of_very_many_channels_is_estimated_and_adds_up() -> None:
    """Beyond the policy's number of channels orders of joining are drawn: within 0.01 of exact, the sum exact."""
    game = made_up_game(14, Random(5))
    rules = POLICY.models
    drawn = Effort(12, rules.shapley.permutation_pairs, rules.learned.seed)
    [estimated] = value_of(game, range(14), effort=drawn)
    [exact] = value_of(game, range(14), effort=Effort(14, 1, 1))
    assert sum(estimated) == pytest.approx(worth_in(game, range(14)), abs=1e-12)
    assert estimated == pytest.approx(exact, abs=0.01)
    assert estimated != exact


def test_a_channel_never_seen_adds_nothing_to_any_set() -> None:
    """Nothing is known that speaks for it: beside others it claims nothing and leaves them theirs, alone it has all."""
    best, other, *_ = sorted(LIFTS, key=LIFTS.__getitem__, reverse=True)
    model = ready_model("shapley")
    [with_new, [first, second], only_new] = scores(model, [[best, "new", other, "newer"], [best, other], ["new", "n"]])
    assert with_new == [first, 0.0, second, 0.0]
    assert only_new == [1.0, 1.0]


def test_a_negative_value_claims_nothing_and_is_published() -> None:
    """The channel that loses deals has a value below 0 in the marts, and no cent beside one that wins them."""
    model = ready_model("shapley")
    assert model.learned is not None
    best, worst = max(LIFTS, key=LIFTS.__getitem__), min(LIFTS, key=LIFTS.__getitem__)
    effects = column(model.learned, "effect")
    assert effects[worst] < 0 < effects[best]
    assert column(model.learned, "share")[worst] == 0
    [[claim, nothing], alone] = scores(model, [[best, worst], [worst]])
    assert claim > 0 == nothing
    assert alone == [1.0]


def test_the_published_game_is_the_one_that_was_seen() -> None:
    """Each set of channels has a row with its decided and won deals; the empty set is worth 0."""
    tables = ready_model("shapley").learned
    assert tables is not None
    rows = {row["coalition"]: row for row in tables.tables["coalition"].to_pylist()}
    counts: dict[str, list[bool]] = {}
    for one in JOURNEYS:
        counts.setdefault(" + ".join(sorted(players_of(one))), []).append(one.outcome == "won")
    assert {name: (row["deal_count"], row["won_count"]) for name, row in rows.items()} == {
        name: (len(won), sum(won)) for name, won in counts.items()
    }
    assert rows[""]["value"] == 0
    worth = game_of(JOURNEYS, POLICY.models.shapley.rare_deals)
    for row in rows.values():
        players = frozenset(row["coalition"].split(" + ")) if row["coalition"] else frozenset()
        assert row["value"] == pytest.approx(worth(players), abs=1e-6)


def test_only_the_most_frequent_sets_are_published_and_scores_use_all() -> None:
    """A policy that publishes no set of two still publishes the single channels, and divides deals as before."""
    rules = with_models(learned={"bootstrap_samples": 20}, shapley={"published_sets": 0})
    model = teach("shapley", [made_up_journeys()], rules)
    assert model.learned is not None
    assert set(model.learned.tables["coalition"]["channel_count"].to_pylist()) == {0, 1}
    paths = list(combinations(LIFTS, 3))
    assert scores(model, paths) == scores(ready_model("shapley"), paths)


def test_why_adds_up_to_the_score() -> None:
    """From the published tables alone, the reason tells the value that the score is, and the sets that made it."""
    model = ready_model("shapley")
    assert model.learned is not None
    published = {name: table.to_pylist() for name, table in model.learned.tables.items()}
    paths = [path for size in (1, 2, 3, 5) for path in combinations([*LIFTS, "new"], size)]
    touches = creditable_batch(touch_table(deals_of(paths))).touches
    told = model.why(touches, QUICK, published=published)
    channels = [channel for path in paths for channel in path]
    for channel, words, score in zip(channels, told, model.score(touches, QUICK).tolist(), strict=True):
        number = words.removeprefix(f"Shapley value of {channel}: ").split(" ", 1)[0]
        said = 0.0 if words.startswith("no decided deal had new") else float(number) / 100
        if "nothing speaks for" in words:
            assert score == 1.0 and said <= 0
        else:
            assert max(said, 0.0) == pytest.approx(score, abs=6e-5)
        assert ("that claims nothing" in words) == (score == 0)


def test_why_names_the_sets_and_the_policys_key() -> None:
    """A reader finds the deals behind each set, and which sets nobody saw."""
    sets = {"": (10, 2, 0.0), "A": (100, 40, 0.2), "A + B": (50, 25, 0.3)}
    published = {
        "coalition": [
            {"coalition": name, "deal_count": deals, "won_count": won, "value": value}
            for name, (deals, won, value) in sets.items()
        ],
        "parameter": [
            {"parameter": "no_channel", "value": 0.0},
            {"parameter": "rate_without_channel", "value": 0.45},
            {"parameter": "log_odds: A", "value": 0.3},
            {"parameter": "log_odds: B", "value": 0.0},
        ],
    }
    touches = creditable_batch(touch_table(deals_of([["A", "B"]]))).touches
    model = ready_model("shapley")
    assert model.why(touches, QUICK, published=published)[0] == (
        "Shapley value of A: +22.50 points of win rate among the deal's 2 channels; all of them +30.00 (25 won of 50 "
        "deals), without it +5.00 (never seen: its parts' sum); it alone +20.00 (40 won of 100 deals); "
        "models.shapley.rare_deals 20"
    )
    rules = with_models(shapley={"exact_channels": 1})
    assert model.why(touches, rules, published=published)[0].startswith(
        "Shapley value of A among the deal's 2 channels"
    )


CHANCES = {"": 0.2, "A": 0.4, "B": 0.3, "AB": 0.7}


def drawn_journeys(seed: int, deals: int = 400) -> list[Journey]:
    random = Random(seed)
    names = [random.choice(list(CHANCES)) for _ in range(deals)]
    return [
        Journey(f"{seed}-{i}", "won" if random.random() < CHANCES[name] else "lost", list(name))
        for i, name in enumerate(names)
    ]


@pytest.mark.parametrize(("rare_deals", "least_held"), [(1.0, 34), (500.0, 0)])
def test_intervals_hold_the_truth_as_often_as_they_say(rare_deals: float, least_held: int) -> None:
    """Of 40 samples the 95 % interval of A's mean value holds the true one in 34 or more, and is as wide as samples
    differ: A alone adds 0.2 to 0.2, with B the half of 0.2 + 0.7 - 0.3, and it stands alone half of the time. Where
    sets are believed little, what their parts add up to makes the value, and its interval; it is pulled to 0.
    """
    rules = with_models(learned={"bootstrap_samples": 100}, shapley={"rare_deals": rare_deals})
    truth = (0.2 + (0.2 + 0.4) / 2) / 2
    held, widths, estimates = 0, [], []
    for seed in range(40):
        rows = learned_by("shapley", drawn_journeys(seed), rules).tables["channel"].to_pylist()
        (row,) = [row for row in rows if row["channel"] == "A"]
        held += row["effect_low"] <= truth <= row["effect_high"]
        widths.append(row["effect_high"] - row["effect_low"])
        estimates.append(row["effect"])
    assert held >= least_held
    assert 0.7 < np.mean(widths) / (2 * 1.96 * np.std(estimates)) < 1.5


def test_deals_without_a_touchpoint_teach_it() -> None:
    """What a channel is worth is the excess over deals without any: where these win as often, it is worth nothing."""
    journeys = [replace(one, deal_id=f"A{one.deal_id}") for one in drawn_journeys(1) if one.steps == ["A"]]
    untouched = [replace(one, deal_id=f"0{one.deal_id}", steps=[]) for one in journeys]
    rules = with_models(learned={"decided_deals": 2, "outcomes": 1, "bootstrap_samples": 20})
    rivals = [replace(one, deal_id=f"L{one.deal_id}", outcome="lost") for one in untouched]
    assert column(learned_by("shapley", [*journeys, *untouched], rules), "effect")["A"] == pytest.approx(0, abs=1e-9)
    assert column(learned_by("shapley", [*journeys, *rivals], rules), "effect")["A"] > 0.2
