"""Agreement with published libraries, where their definitions are sound, on generated journeys.

They divide floats and know no cents. Where amounts divide evenly our credits are theirs exactly; where they do not, a
touchpoint's credit is theirs to within the one cent that largest remainder moves.
"""

from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import comb
from random import Random
from typing import Any

import pandas as pd
import pytest

from tests.attribution_models.journeys import Deal, Journey, credits_of, made_up_journeys
from tests.attribution_models.taught import teach

CHANNELS = ["Search", "Mail", "Call", "Event", "Partner", "Fair", "Web"]
EVEN = 600
"""Cents that divide evenly among one to six touchpoints, also by tenths."""


def drawn_deals(random: Random) -> list[Deal]:
    """400 won deals of one to six touches of the last 200 days, each by a channel that stands for its partner."""
    return [
        Deal(f"D{i:04}", EVEN * random.randrange(1, 150_000), _drawn_touches(random.randrange(1, 7), random))
        for i in range(400)
    ]


def _drawn_touches(number: int, random: Random) -> list[tuple[str, float]]:
    days = sorted((random.uniform(0, 200) for _ in range(number)), reverse=True)
    return [(random.choice(CHANNELS), day) for day in days]


DEALS = drawn_deals(Random(20))
DEALS_OF_THREE = [
    Deal(deal.deal_id, deal.amount_cents, [(channel, 1.0) for channel in sorted(Random(i).sample(CHANNELS, 3))])
    for i, deal in enumerate(DEALS)
]
"""Three different channels each: no deal's set of channels lies inside another's."""


def ours_by_touch(model: str, deals: list[Deal]) -> list[int]:
    """Cents of every touch, deal by deal."""
    return [cents for credits in credits_of(model, deals).values() for cents in credits]


def ours_by_channel(model: str, deals: list[Deal]) -> dict[str, int]:
    """Cents of every channel that has a touch, also of those without any."""
    totals: Counter[str] = Counter()
    channels = [touch[0] for deal in deals for touch in deal.touches]
    for channel, cents in zip(channels, ours_by_touch(model, deals), strict=True):
        totals[channel] += cents
    return dict(totals)


def paths_of(deals: list[Deal]) -> list[str]:
    return [" > ".join(touch[0] for touch in deal.touches) for deal in deals]


@pytest.fixture(scope="module")
def channel_attribution() -> pd.DataFrame:
    """Its heuristics by channel. Imported here, since it prints a banner and takes a second."""
    from ChannelAttribution import heuristic_models

    values = [float(deal.amount_cents) for deal in DEALS]
    data = pd.DataFrame({"path": paths_of(DEALS), "won": 1, "value": values})
    return heuristic_models(data, "path", "won", var_value="value", flg_pro=False).set_index("channel_name")


@pytest.mark.parametrize(
    ("model", "column"),
    [
        ("first_touch", "first_touch_value"),
        ("last_touch", "last_touch_value"),
        ("linear", "linear_touch_value"),
    ],
)
def test_first_last_and_linear_are_those_of_channel_attribution(
    model: str, column: str, channel_attribution: pd.DataFrame
) -> None:
    """The totals of every channel, to the cent."""
    assert ours_by_channel(model, DEALS) == channel_attribution[column].round(3).to_dict()


def in_mam(deals: list[Deal]) -> Any:
    """The deals in marketing-attribution-models: hours before the close, values in cents."""
    from mam import MAM

    hours = [" > ".join(repr(24 * touch[1]) for touch in deal.touches) for deal in deals]
    journeys = {
        "journey_id": [deal.deal_id for deal in deals],
        "journey": paths_of(deals),
        "is_won": True,
        "hours": hours,
        "value": [float(deal.amount_cents) for deal in deals],
    }
    return MAM(
        pd.DataFrame(journeys),
        format_type="journey",
        channels_colname="journey",
        journey_with_conv_colname="is_won",
        time_till_conv_colname="hours",
        conversion_value_colname="value",
    )


@pytest.fixture(scope="module")
def mam() -> Any:
    return in_mam(DEALS)


@pytest.mark.parametrize(
    ("model", "method"),
    [
        ("first_touch", "run_first_click"),
        ("last_touch", "run_last_click"),
        ("linear", "run_linear"),
        ("position_based", "run_position_based"),
    ],
)
def test_models_by_place_are_those_of_marketing_attribution_models(model: str, method: str, mam: Any) -> None:
    """The totals of every channel, to the cent; deals of two touchpoints are half and half in both."""
    theirs = getattr(mam, method)().to_pandas().set_index("channels")["attribution"]
    assert ours_by_channel(model, DEALS) == theirs.round(3).to_dict()


def test_half_life_is_that_of_marketing_attribution_models(mam: Any) -> None:
    """Every touchpoint to within its cent; 30 days are 720 hours, and ages are cut to the microsecond here."""
    theirs = mam.run_time_decay(half_life_hours=720.0).to_raw_polars()["attribution_value"].to_list()
    ours = ours_by_touch("time_decay_half_life", DEALS)
    assert len(theirs) == len(ours) > 1000
    assert max(abs(one - other) for one, other in zip(ours, theirs, strict=True)) < 1


@pytest.mark.parametrize("game", ["conversion_value", "conv_rate"])
def test_equal_split_is_the_shapley_value_of_marketing_attribution_models(game: str) -> None:
    """Where no deal's set of channels lies inside another's, theirs is the set Shapley value: each deal in equal parts.

    Elsewhere it values a set by the deals with exactly that set, so that a smaller one may be worth more than a larger.
    """
    theirs = in_mam(DEALS_OF_THREE).run_shapley(max_size=len(CHANNELS), value_column=game).to_pandas()
    assert ours_by_channel("equal_split", DEALS_OF_THREE) == (
        theirs.set_index("channels")["attribution"].round(3).to_dict()
    )


def test_equal_split_is_the_set_shapley_value_over_all_coalitions() -> None:
    """v(S) = value of the deals whose partners all lie in S: brute force over all sets gives each deal equal parts."""
    value = {frozenset("AB"): 700, frozenset("B"): 300, frozenset("ACD"): 900, frozenset("BCDE"): 1000}

    def worth(coalition: frozenset[str]) -> int:
        return sum(cents for partners, cents in value.items() if partners <= coalition)

    shapley = {
        player: sum(
            Fraction(worth(frozenset(others) | {player}) - worth(frozenset(others)), 5 * comb(4, size))
            for size in range(5)
            for others in combinations(sorted(set("ABCDE") - {player}), size)
        )
        for player in "ABCDE"
    }
    deals = [Deal(f"D{i}", cents, [(p, 1.0) for p in sorted(who)]) for i, (who, cents) in enumerate(value.items())]
    assert ours_by_channel("equal_split", deals) == shapley


def test_removal_effects_are_those_of_marketing_attribution_models() -> None:
    """Won and lost journeys in one absorbing chain without self loops: their matrix inverse and ours agree."""
    from mam import MAM

    journeys = [journey for journey in made_up_journeys() if journey.steps and journey.outcome != "open"]
    frame = {"journey": _channel_paths(journeys), "is_won": [one.outcome == "won" for one in journeys], "n": 1}
    peer = MAM(
        pd.DataFrame(frame),
        format_type="grouped_journey",
        channels_colname="journey",
        journey_with_conv_colname="is_won",
        occurrences_colname="n",
    )
    theirs = peer.run_markov().metadata["removal_effect"]["removal_effect"].to_dict()
    learned = teach("markov", [journeys]).learned
    assert learned is not None
    ours = {row["channel"]: row["effect"] for row in learned.tables["channel"].to_pylist()}
    assert ours == pytest.approx(theirs, abs=1e-9)


def _channel_paths(journeys: list[Journey]) -> list[str]:
    return [" > ".join(step.channel for step in one.steps if not isinstance(step, str)) for one in journeys]
