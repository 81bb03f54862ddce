"""ai_weighted learns what goes with winning: known effects come back, little data stays near the policy's bands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import numpy as np
import pytest
import statsmodels.api as sm

from attribution_models.batches import creditable_batch, journeys_batch
from attribution_models.learned import Learned
from attribution_models.models import ai_weighted
from attribution_models.policy import Policy
from attribution_models.registry import known_models
from attribution_models.run import evidence_of
from attribution_models.types import Touches
from attribution_models.winning.names import HALF_LIFE
from tests.attribution_models.journeys import CLOSE, Deal, Journey, Step, journey_table, touch_table, with_models
from tests.attribution_models.taught import QUICK

HALF_LIFE_DAYS = 30.0
EFFECTS = {"joint_call": 1.2, "content_shared": 0.2, "services_delivered": 0.8, "source": 0.6}
"""What is planted: added to the logit of winning on the day, halved every HALF_LIFE_DAYS but for the source."""

INFLUENCES = {"joint_call": "co_sell", "content_shared": "assisted", "services_delivered": "services"}


def step(what: str, days: float, partner_type: str = "technology") -> Step:
    """A touchpoint of a kind in EFFECTS."""
    if what == "source":
        channel = f"{partner_type}: sourced"
        return Step(channel, days, activity_type="", origin="deal_source", influence_type="sourced")
    influence = INFLUENCES[what]
    return Step(f"{partner_type}: {influence}", days, activity_type=what, influence_type=influence)


def planted(deals: int, seed: int = 1) -> list[Journey]:
    """Decided deals over two years with up to three touchpoints, won by the logit -1 + what the touchpoints add."""
    random = Random(seed)
    return [_planted(f"J{number:05}", random) for number in range(deals)]


def _planted(deal_id: str, random: Random) -> Journey:
    kinds = random.choices(list(EFFECTS), k=random.choice([0, 0, 1, 2, 3]))
    ages = sorted((random.uniform(0, 90) for _ in kinds), reverse=True)
    steps = [step(what, days) for what, days in zip(kinds, ages, strict=True)]
    logit = -1 + sum(added(what, days) for what, days in zip(kinds, ages, strict=True))
    is_won = random.random() < 1 / (1 + np.exp(-logit))
    return Journey(
        deal_id,
        "won" if is_won else "lost",
        steps,
        amount_cents=random.randrange(1_000_00, 90_000_00),
        closed_at=CLOSE - timedelta(days=random.uniform(0, 730)),
        created_days=random.uniform(60, 120),
    )


def added(what: str, days: float) -> float:
    return EFFECTS[what] * (1.0 if what == "source" else 2 ** (-days / HALF_LIFE_DAYS))


def learned_from(journeys: Sequence[Journey], policy: Policy = QUICK) -> Learned:
    return ai_weighted.fit([ai_weighted.collect(journeys_batch(journey_table(journeys)), policy)], policy)


def parameters(learned: Learned) -> dict[str, dict[str, float]]:
    """The published parameters by name."""
    return {row["parameter"]: row for row in learned.tables["parameter"].to_pylist()}


def effect_on(learned: Learned, what: str) -> dict[str, float]:
    """The published effect of a kind of EFFECTS on the channel of technology partners."""
    influence = INFLUENCES.get(what, "sourced")
    return parameters(learned)[f"effect: {influence}, {what}, on technology: {influence}"]


@pytest.fixture(scope="module")
def taught() -> Learned:
    """What twelve thousand planted deals teach."""
    return learned_from(planted(12_000))


def test_known_effects_come_back(taught: Learned) -> None:
    """From many deals each effect is what was planted, although the bands of the policy say otherwise."""
    for what, effect in EFFECTS.items():
        assert effect_on(taught, what)["value"] == pytest.approx(effect, abs=0.15)


def test_the_half_life_comes_back(taught: Learned) -> None:
    """The days in which a touchpoint fades are learned: 30 were planted, 90 is the usual cycle."""
    assert 24 < parameters(taught)[HALF_LIFE]["value"] < 40


def test_credit_is_in_proportion_to_what_was_planted(taught: Learned) -> None:
    """Shares of a deal are those of the true terms of the logit, within a few points of a hundred."""
    kinds = [("source", 80.0), ("content_shared", 40.0), ("joint_call", 20.0), ("services_delivered", 3.0)]
    scores = ai_weighted.score(touches_of(kinds), QUICK, taught.parameters)
    truth = np.array([added(what, days) for what, days in kinds])
    assert scores / scores.sum() == pytest.approx(truth / truth.sum(), abs=0.06)


def touches_of(kinds: Sequence[tuple[str, float]], partner_type: str = "technology") -> Touches:
    """One deal with touchpoints of these kinds and ages."""
    steps = [step(what, days, partner_type) for what, days in kinds]
    facts = [
        (
            "P",
            one.days,
            0.5,
            {name: getattr(one, name) for name in ("channel", "activity_type", "origin", "influence_type")},
        )
        for one in steps
    ]
    return creditable_batch(touch_table([Deal("D", 1_000_00, facts)])).touches


def test_later_deals_are_foretold_better_than_by_their_rate(taught: Learned) -> None:
    """Learned from the earlier deals, it foretells the later ones: below the log-loss of the base rate, calibrated."""
    quality = {(row["measure"], row["sample"]): row for row in taught.tables["quality"].to_pylist()}
    judged = quality["log_loss", "test"]
    assert judged["value"] < judged["base_value"] - 0.01
    assert quality["auc", "test"]["value"] > 0.6
    assert judged["closed_from"] > quality["log_loss", "train"]["closed_until"]
    for row in taught.tables["calibration"].to_pylist():
        assert row["observed_rate"] == pytest.approx(row["predicted_rate"], abs=0.08)


def test_little_data_stays_near_the_policys_bands() -> None:
    """From deals whose outcomes say nothing, effects keep the proportions of the weight bands, not those of chance."""
    random = Random(5)
    noise = [replace(one, outcome=random.choice(["won", "lost"])) for one in planted(300, seed=2)]
    learned = learned_from(noise)
    ratio = effect_on(learned, "joint_call")["value"] / effect_on(learned, "content_shared")["value"]
    assert ratio == pytest.approx(0.5 / 0.175, rel=0.35)


def test_one_belief_and_one_half_life_is_a_plain_logistic_regression() -> None:
    """With nothing to average and hardly a prior, effects are those that statsmodels finds from the same doses."""
    journeys = planted(3_000, seed=3)
    policy = with_models(
        learned={"bootstrap_samples": 20},
        ai_weighted={"half_life_days": [30], "usual_effect": 30, "band_trusts": [0.5], "spreads": [1]},
    )
    learned = learned_from(journeys, policy)
    theirs = sm.Logit([one.outcome == "won" for one in journeys], _doses(journeys)).fit(disp=0).params
    for place, what in enumerate(EFFECTS, start=3):
        assert effect_on(learned, what)["value"] == pytest.approx(theirs[place], abs=0.01)


def _doses(journeys: Sequence[Journey]) -> np.ndarray:
    """An intercept, the deal's amount and cycle, and the doses of the kinds of EFFECTS, worked out from the steps."""
    rows = np.zeros((len(journeys), 3 + len(EFFECTS)))
    rows[:, 0] = 1
    for row, journey in zip(rows, journeys, strict=True):
        row[1], row[2] = np.log(journey.amount_cents), np.log(journey.created_days or 1)
        for one in journey.steps:
            assert isinstance(one, Step)
            what = one.activity_type or "source"
            row[3 + list(EFFECTS).index(what)] += 1 if what == "source" else 2 ** (-one.days / HALF_LIFE_DAYS)
    rows[:, 1:3] = np.clip((rows[:, 1:3] - rows[:, 1:3].mean(axis=0)) / rows[:, 1:3].std(axis=0), -3, 3)
    return rows


def test_the_intervals_hold_the_planted_effects(taught: Learned) -> None:
    """Resampled deals give an interval, neither a point nor everything, with the estimate and the truth in it."""
    for what, effect in EFFECTS.items():
        row = effect_on(taught, what)
        assert row["value_low"] - 0.1 < effect < row["value_high"] + 0.1
        assert 0.02 < row["value_high"] - row["value_low"] < 0.6


def test_channels_are_told_by_what_a_touchpoint_adds(taught: Learned) -> None:
    """The table of channels: joint calls and services above content, counts of deals, shares that sum to one."""
    rows = {row["channel"]: row for row in taught.tables["channel"].to_pylist()}
    assert rows["technology: co_sell"]["effect"] > rows["technology: assisted"]["effect"] > 0
    touched = [one for one in planted(12_000) if any(one_step.activity_type == "joint_call" for one_step in one.steps)]
    assert rows["technology: co_sell"]["deal_count"] == len(touched)
    assert rows["technology: co_sell"]["won_count"] == sum(one.outcome == "won" for one in touched)


def test_reasons_quote_what_was_published(taught: Learned) -> None:
    """The effect with its interval, and what the half-life left of it; a source does not fade."""
    published = {name: table.to_pylist() for name, table in taught.tables.items()}
    source, call = ai_weighted.why(touches_of([("source", 80.0), ("joint_call", 30.0)]), QUICK, published)
    row = effect_on(taught, "joint_call")
    days = parameters(taught)[HALF_LIFE]["value"]
    assert call == (
        f"co_sell, joint_call, on technology: co_sell: {row['value']:+.2f} ({row['value_low']:+.2f} to "
        f"{row['value_high']:+.2f}) on the logit of winning; 30 days before the close {2 ** (-30 / days):.0%} is left "
        f"(half-life {days:.0f} days)"
    )
    assert source.startswith("sourced, source, on technology: sourced: +0.") and source.endswith("; does not fade")


def test_what_was_never_seen_is_told_and_scored_alike(taught: Learned) -> None:
    """A kind on a channel without a deal has the effect of its likes, in the score and in the words."""
    published = {name: table.to_pylist() for name, table in taught.tables.items()}
    unseen = touches_of([("joint_call", 0.0)], partner_type="new")
    expected = parameters(taught)["effect: co_sell, joint_call, on any other channel"]["value"]
    assert ai_weighted.score(unseen, QUICK, taught.parameters) == pytest.approx([expected])
    assert f"on any other channel: {expected:+.2f}" in ai_weighted.why(unseen, QUICK, published)[0]


def test_an_integration_counts_by_its_use() -> None:
    """One in full use has four thirds of the middle of its band, one that is not used two thirds, both at any age."""
    learned = learned_from(planted(1_000))
    kind = {"channel": "technology: integration_driven", "influence_type": "integration_driven"}
    facts = kind | {"origin": "integration"}
    uses = [("P", 200.0, 0.2, facts | {"engagement_depth": 1.0}), ("P", 20.0, 0.2, facts | {"engagement_depth": 0.0})]
    touches = creditable_batch(touch_table([Deal("D", 1_000_00, uses)])).touches
    used, unused = ai_weighted.score(touches, QUICK, learned.parameters)
    assert used / unused == pytest.approx(2)


def test_deals_without_touchpoints_teach_no_effect() -> None:
    """Decided deals enough, and not one touchpoint: no credit, and the reason is not the number of deals."""
    learned = learned_from([replace(one, steps=[]) for one in planted(400)])
    assert learned.parameters is None
    assert learned.reason == "no decided deal has a touchpoint, so nothing says what one is worth"


def test_it_learns_from_no_more_deals_than_the_policy_says() -> None:
    """Above the limit the same deals are learned from, whatever the batches: memory and time are bounded."""
    policy = with_models(learned={"bootstrap_samples": 20}, ai_weighted={"most_deals": 1_000})
    journeys = planted(3_000, seed=4)
    batches = [journeys[2_000:], journeys[:2_000]]
    evidence = [ai_weighted.collect(journeys_batch(journey_table(batch)), policy) for batch in batches]
    assert [table.num_rows for table in evidence] == [1_000, 1_000]
    once = learned_from(journeys, policy)
    assert ai_weighted.fit(evidence, policy).tables["parameter"].equals(once.tables["parameter"])


def test_evidence_is_thinned_while_it_is_collected() -> None:
    """Batch after batch, no more than twice the deals to learn from are held, and what is learned stays the same."""
    policy = with_models(learned={"bootstrap_samples": 20}, ai_weighted={"most_deals": 1_000})
    journeys, model = planted(3_500, seed=4), known_models()["ai_weighted"]
    held = evidence_of([journey_table(journeys)], [model], policy, batch_rows=300)["ai_weighted"]
    assert sum(table.num_rows for table in held) <= 2_000
    once = learned_from(journeys, policy)
    assert ai_weighted.fit(held, policy).tables["parameter"].equals(once.tables["parameter"])
