"""What partners added is found where it is planted, and nowhere else; where it can't be told, the study says why."""

import numpy as np
import pyarrow as pa
import pytest

from attribution_models.incrementality.arms import Arm, design
from attribution_models.incrementality.deals import read
from attribution_models.incrementality.effect import estimate
from attribution_models.incrementality.study import Total, study
from attribution_models.incrementality.tables import NOTES, SCHEMAS
from attribution_models.policy_study import IncrementalityRules
from tests.attribution_models.exposures import CHANCE_ALONE, CHANNELS, RULES, planted

EVERYONE = Arm("all", "all")
Row = dict[str, object]


def result(rows: pa.Table, rules: IncrementalityRules = RULES, outcome: str = "win_rate", arm: Arm = EVERYONE) -> Row:
    """The row of one arm."""
    found = study(rows, {}, rules)["incrementality"].to_pylist()
    [row] = [
        one for one in found if (one["outcome"], one["dimension"], one["arm"]) == (outcome, arm.dimension, arm.name)
    ]
    return row


def naive(rows: pa.Table) -> float:
    """Win rate of touched deals less that of the others, as they are."""
    frame = rows.to_pandas()
    won, touched = frame["outcome"] == "won", frame["first_touch_at"].notna()
    return float(won[touched].mean() - won[~touched].mean())


@pytest.mark.parametrize("added", [0.0, 0.15])
def test_a_planted_effect_is_found_where_partners_prefer_good_deals(added: float) -> None:
    """Enterprise deals win more and are touched more: the plain difference is too large, the estimate is not."""
    world = planted(6_000, seed=1, added=added, picks=1.5)
    row = result(world.rows, CHANCE_ALONE)
    assert naive(world.rows) - world.effect > 0.04
    assert row["sampling_low"] < world.effect < row["sampling_high"]
    assert row["sampling_high"] - row["sampling_low"] < 0.08
    assert row["imbalance_before"] > 0.25
    assert row["imbalance_after"] < 0.1


def test_a_longer_life_is_no_effect() -> None:
    """Deals that are won live longer here and so are touched more often, with no effect at all: none is reported."""
    differences = []
    for seed in range(3):
        world = planted(4_000, seed=seed, life_tells=True)
        row = result(world.rows, CHANCE_ALONE)
        assert naive(world.rows) > 0.15
        differences.append(row["effect"])
        assert abs(row["effect"]) < 0.06
    assert abs(np.mean(differences)) < 0.03


def test_the_intervals_hold_what_they_promise() -> None:
    """Without a hidden reason the interval of chance holds the planted effect in about 95 of 100 worlds."""
    held = 0
    for seed in range(40):
        world = planted(600, seed=100 + seed, added=0.2, picks=1.0)
        plan = design("win_rate", read(world.rows), RULES)
        effect = estimate(plan.comparison(EVERYONE))
        held += abs(effect.difference - world.effect) <= effect.half_width(0.95)
    assert 34 <= held <= 40


def test_an_unseen_reason_widens_the_interval_to_hold_the_effect() -> None:
    """A reason that no column holds moves the estimate: chance alone misses the truth, the published interval less."""
    missed_by_chance = missed = 0
    for seed in range(5):
        world = planted(4_000, seed=200 + seed, added=0.1, picks=1.0, hidden=0.5)
        row = result(world.rows)
        missed_by_chance += not row["sampling_low"] <= world.effect <= row["sampling_high"]
        missed += not row["effect_low"] <= world.effect <= row["effect_high"]
        assert row["strongest_covariate"] == "segment"
        assert row["effect_high"] - row["sampling_high"] == pytest.approx(row["unseen_allowance"])
    assert missed_by_chance >= 3
    assert missed <= 1


def test_a_policy_without_unseen_reasons_gives_chance_alone() -> None:
    """With a strength of 0 both intervals are one; with 2 the allowance counts twice."""
    rows = planted(2_000, seed=3, added=0.1, picks=1.0).rows
    alone = result(rows, CHANCE_ALONE)
    assert (alone["effect_low"], alone["effect_high"]) == (alone["sampling_low"], alone["sampling_high"])
    twice = RULES.model_copy(update={"unseen_strength": RULES.unseen_strength.model_copy(update={"win_rate": 2.0})})
    row = result(rows, twice)
    assert row["sampling_low"] - row["effect_low"] == pytest.approx(2 * row["unseen_allowance"])
    assert row["times_to_nothing"] == pytest.approx(row["sampling_low"] / row["unseen_allowance"])


def test_each_channel_has_its_own_effect() -> None:
    """Each channel's deals are compared with deals that no partner touched; counts of channels add up to all."""
    rows = planted(4_000, seed=4, added=0.2, picks=1.0).rows
    everyone = result(rows)
    arms = [result(rows, arm=Arm("channel", name)) for name in CHANNELS]
    assert sum(arm["touched_deals"] for arm in arms) == everyone["touched_deals"]
    assert all(arm["comparison_deals"] == everyone["comparison_deals"] for arm in arms)
    assert all(arm["effect_low"] < 0.2 < arm["effect_high"] for arm in arms)


def test_size_and_cycle_are_relative_to_a_typical_deal() -> None:
    """Where partners change neither, the ratio of typical amounts and lengths is that of the effect, about none."""
    rows = planted(3_000, seed=5).rows
    for outcome in ("deal_size", "cycle"):
        row = result(rows, outcome=outcome)
        assert row["with_partner"] / row["without_partner"] - 1 == pytest.approx(row["effect"])
        assert row["effect_low"] < 0 < row["effect_high"]
        assert row["lost_amount_cents"] is None


def test_a_cycle_is_compared_from_the_start() -> None:
    """Longer deals are touched more often; partners of the beginning alone are compared, so no effect is seen."""
    rows = planted(4_000, seed=6).rows
    row = result(rows, outcome="cycle")
    frame = rows.to_pandas()
    days = (frame["closed_at"] - frame["created_at"]).dt.days
    touched = frame["first_touch_at"].notna()
    assert days[touched].mean() / days[~touched].mean() > 1.1
    assert abs(row["effect"]) < 0.06
    assert row["touched_deals"] == (frame["first_touch_at"] <= frame["created_at"]).sum()


def test_what_would_be_lost_is_the_effect_on_all_touched_deals() -> None:
    """Deals and cents are the effect times the arm's totals, which may be of more deals than the sample."""
    rows = planted(1_500, seed=7, added=0.2).rows
    totals = {("all", "all"): Total(10_000, 5_000_000_00), ("channel", "agency: services"): Total(3, 100_00)}
    found = study(rows, totals, RULES)["incrementality"].to_pylist()
    [row] = [one for one in found if one["outcome"] == "win_rate" and one["arm"] == "all"]
    assert row["lost_deals"] == pytest.approx(10_000 * row["effect"])
    assert row["lost_amount_cents"] == round(5_000_000_00 * row["effect"])
    assert row["lost_amount_low_cents"] == round(5_000_000_00 * row["effect_low"])
    [unseen] = [one for one in found if one["outcome"] == "win_rate" and one["arm"] == "agency: services"]
    assert (unseen["decided_deals"], unseen["effect"], bool(unseen["reason"])) == (3, None, True)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("touched", "0 deals without a partner to compare with"),
        ("untouched", "0 touched deals"),
        ("nothing", "0 touched deals"),
        ("few", "touched deals are fewer than the 50"),
        ("won", "of the rarer outcome"),
    ],
)
def test_too_little_gives_no_number_but_a_reason(kept: str, words: str) -> None:
    """Without deals of one kind, with few, or with one outcome alone there is no figure, and the reason is told."""
    frame = planted(1_000, seed=8, added=0.1).rows.to_pandas()
    touched = frame["first_touch_at"].notna()
    keep = {"touched": touched, "untouched": ~touched, "nothing": touched & ~touched, "won": frame["outcome"] == "won",
            "few": ~touched | (touched.cumsum() <= 49)}[kept]  # fmt: skip
    schema = planted(10, seed=8).rows.schema
    row = result(pa.Table.from_pandas(frame[keep], schema=schema, preserve_index=False))
    assert words in str(row["reason"])
    assert row["note"] == NOTES["win_rate"]
    assert all(row[name] is None for name in ("effect", "effect_low", "effect_high", "e_value", "lost_amount_cents"))


def test_touched_deals_unlike_any_other_have_no_number() -> None:
    """Where only a handful of deals without a partner resemble the touched ones there is nothing to compare."""
    frame = planted(3_000, seed=9, picks=0.0).rows.to_pandas()
    touched = frame["first_touch_at"].notna()
    rare = (~touched) & ((~touched).cumsum() <= 12)
    frame["segment"] = np.where(touched | rare, "enterprise", "small")
    schema = planted(10, seed=9).rows.schema
    rules = RULES.model_copy(update={"cap_share": 1.0})
    row = result(pa.Table.from_pandas(frame, schema=schema, preserve_index=False), rules)
    assert "resemble only" in str(row["reason"])
    assert row["effect"] is None


def test_order_of_rows_and_names_change_nothing() -> None:
    """Mixed rows and renamed segments, regions and accounts: the same figures."""
    rows = planted(1_200, seed=10, added=0.1, picks=1.0).rows
    frame = rows.to_pandas().sample(frac=1.0, random_state=1)
    frame["segment"] = frame["segment"].map({"enterprise": "a", "small": "z"})
    frame["account_id"] = "x" + frame["account_id"]
    other = pa.Table.from_pandas(frame, schema=rows.schema, preserve_index=False)
    for outcome in NOTES:
        ours, theirs = (result(table, outcome=outcome) for table in (rows, other))
        for name, value in ours.items():
            assert theirs[name] == (pytest.approx(value, rel=1e-6) if isinstance(value, float) else value)


def test_the_tables_are_as_their_schemas_say() -> None:
    """So that the views over the files have the columns that the marts name, with and without deals."""
    rows = planted(800, seed=11).rows
    for table in (rows, rows.slice(0, 0)):
        for name, found in study(table, {}, RULES).items():
            assert found.schema.equals(SCHEMAS[name])
