"""What holds for every registered model, learned ones too, also for one that is written tomorrow."""

from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution_models.registry import Model, known_models
from attribution_models.run import run
from tests.attribution_models.journeys import LIFTS, POLICY, Deal, touch_table
from tests.attribution_models.taught import ready_model

MODELS = pytest.mark.parametrize("name", known_models())
WIDE = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
CHANNELS = [*LIFTS, "distributor: services", "unknown: assisted"]
"""Two of them no learned model was taught."""

touch = st.tuples(
    st.sampled_from(["P1", "P2", "P3", "P4"]),
    st.one_of(st.integers(0, 400).map(float), st.floats(0, 70_000)),
    st.integers(0, 20).map(lambda i: i / 20),
    st.fixed_dictionaries(
        {
            "channel": st.sampled_from(CHANNELS),
            "activity_type": st.sampled_from(["joint_call", "content_shared", None]),
            "engagement_depth": st.sampled_from([None, 0.0, 0.4, 1.0]),
            "tier": st.sampled_from(["gold", None]),
        }
    ),
)
facts = st.lists(
    st.tuples(
        st.integers(0, 10**15),
        st.lists(touch, min_size=1, max_size=12),
        st.one_of(st.none(), st.integers(0, 400)),
        st.one_of(st.none(), st.integers(0, 90)),
    ),
    min_size=1,
    max_size=6,
)


def rows(model: Model, table: pa.Table, batch_rows: int = 1_000_000) -> list[dict]:
    """The model's credits for ``table``, in the engine's order."""
    tables = [credits for _, credits in run([table], POLICY, [model], batch_rows)]
    return pa.concat_tables(tables).to_pylist()


def deals_of(drawn: list) -> list:
    """Drawn facts as deals D0, D1, ..."""
    return [
        Deal(f"D{i}", amount, touches, created, changed_days=changed)
        for i, (amount, touches, created, changed) in enumerate(drawn)
    ]


@MODELS
@WIDE
@given(drawn=facts)
def test_credits_sum_to_what_the_model_allocates(name: str, drawn: list) -> None:
    """A full model's credits are the deal's amount to the cent, another additive one's no more; none is below 0."""
    model, deals = ready_model(name), deals_of(drawn)
    given_out = {deal.deal_id: 0 for deal in deals}
    for row in rows(model, touch_table(deals)):
        assert row["credit_cents"] >= 0
        assert np.isfinite([row["score"], row["share"]]).all()
        given_out[row["deal_id"]] += row["credit_cents"]
    for one in deals:
        if model.is_full:
            assert given_out[one.deal_id] == one.amount_cents
        elif model.is_additive:
            assert given_out[one.deal_id] <= one.amount_cents


@MODELS
@WIDE
@given(drawn=facts, seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(name: str, drawn: list, seed: Random) -> None:
    """Rows that arrive shuffled give the same credits, row for row."""
    table = touch_table(deals_of(drawn))
    shuffled = table.take(seed.sample(range(table.num_rows), table.num_rows))
    assert rows(ready_model(name), shuffled) == rows(ready_model(name), table)


@MODELS
@WIDE
@given(drawn=facts)
def test_the_names_of_partners_change_nothing(name: str, drawn: list) -> None:
    """Renaming every partner, in an order turned around, moves no cent from one touchpoint to another."""
    renamed = [
        (amount, [(f"{9 - int(partner[1])}-renamed", *touch) for partner, *touch in touches], *times)
        for amount, touches, *times in drawn
    ]
    before = rows(ready_model(name), touch_table(deals_of(drawn)))
    after = rows(ready_model(name), touch_table(deals_of(renamed)))
    assert [row["credit_cents"] for row in after] == [row["credit_cents"] for row in before]


@MODELS
@WIDE
@given(drawn=facts, times=st.integers(2, 1000))
def test_a_larger_amount_is_divided_in_the_same_proportion(name: str, drawn: list, times: int) -> None:
    """The amount never changes a share by more than the cents that can't be split."""
    small = [(amount // 1000, *others) for amount, *others in drawn]
    large = [(amount * times, *others) for amount, *others in small]
    before = rows(ready_model(name), touch_table(deals_of(small)))
    after = rows(ready_model(name), touch_table(deals_of(large)))
    for one, other in zip(before, after, strict=True):
        assert abs(other["credit_cents"] - times * one["credit_cents"]) <= 2 * times


@MODELS
@WIDE
@given(drawn=facts)
def test_batches_change_nothing(name: str, drawn: list) -> None:
    """One deal at a time or all at once: the same credits."""
    table = touch_table(deals_of(drawn))
    assert rows(ready_model(name), table, batch_rows=1) == rows(ready_model(name), table)


@MODELS
@pytest.mark.parametrize("channel", ["reseller: co_sell", "marketplace: marketplace", "distributor: services"])
def test_one_touchpoint_takes_all(name: str, channel: str) -> None:
    """The only touchpoint of a deal gets all that the model allocates, at any age and of any channel."""
    deals = [
        Deal("new", 1001_01, [("A", 0, 1.0, {"channel": channel})]),
        Deal("old", 1001_01, [("A", 20_000, 1.0, {"channel": channel})]),
    ]
    assert [row["credit_cents"] for row in rows(ready_model(name), touch_table(deals))] == [
        1001_01,
        1001_01,
    ]


@MODELS
@pytest.mark.parametrize("n", [2, 3, 64, 5000])
@pytest.mark.parametrize("days", [0.0, 1e-6, 1.0, 70_000.0])
def test_no_age_and_no_number_of_touchpoints_breaks_a_sum(name: str, n: int, days: float) -> None:
    """Thousands of touchpoints, all at the close or up to two centuries before it: finite, and to the cent."""
    model = ready_model(name)
    touches = [(f"P{i % 7}", days * (i + 1) / n, 0.5, {"channel": CHANNELS[i % len(CHANNELS)]}) for i in range(n)]
    credits = rows(model, touch_table([Deal("D", 123_456_789_01, touches)]))
    assert len(credits) == n
    assert all(np.isfinite(row["score"]) and row["score"] >= 0 for row in credits)
    if model.is_additive:
        assert sum(row["credit_cents"] for row in credits) == 123_456_789_01


@MODELS
def test_lost_deals_earn_nothing(name: str) -> None:
    """A deal that does not earn has no row of credit, amount or not, and takes nothing from the one that does."""
    deals = [Deal("lost", 500_00, [("A", 9)], is_creditable=False), Deal("won", 1_000_00, [("B", 9, 1.0)])]
    credits = rows(ready_model(name), touch_table(deals))
    assert [(row["deal_id"], row["credit_cents"]) for row in credits] == [("won", 1_000_00)]
