"""The wrong numbers that published peers give (each found by running them), and the right ones here."""

import pyarrow as pa
import pytest

from attribution_models.registry import enabled_models
from attribution_models.run import run
from tests.attribution_models.journeys import POLICY, RULE_MODELS, Deal, credits_of, touch_table, with_models

FULL = ["first_touch", "last_touch", "linear", "equal_split", "time_decay", "position_based", "w_shaped", "role_based"]


@pytest.mark.parametrize("model", FULL)
def test_lost_deals_with_an_amount_are_not_credited(model: str) -> None:
    """A peer's five heuristics credit lost deals that have an amount."""
    deals = [Deal("L", 700_00, [("A", 9)], is_creditable=False), Deal("W", 200_00, [("A", 9), ("B", 1)])]
    assert list(credits_of(model, deals)) == ["W"]
    assert sum(credits_of(model, deals)["W"]) == 200_00


def test_a_duplicated_deal_id_loses_no_credit() -> None:
    """A peer drops 100 of 200 where two deals share an id; here that is refused by name, never merged in silence."""
    twice = pa.concat_tables(
        [touch_table([Deal("D", 100_00, [("A", 9)])]), touch_table([Deal("D", 100_00, [("B", 8)])])]
    )
    with pytest.raises(ValueError, match="positions 1 to n, each once"):
        list(run([twice], POLICY, RULE_MODELS))


def test_two_deals_of_one_customer_have_numbers_of_their_own() -> None:
    """A peer numbers both deals' touches together, and first touch credits 100 of 200."""
    deals = [Deal("D1", 100_00, [("A", 9), ("B", 8)]), Deal("D2", 100_00, [("A", 9), ("B", 8)])]
    assert credits_of("first_touch", deals) == {"D1": [100_00, 0], "D2": [100_00, 0]}


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_tied_timestamps_do_not_follow_input_order(order: list[int]) -> None:
    """Three shuffles gave a peer three answers; here rule 9's position decides."""
    table = touch_table([Deal("D", 100_00, [("A", 5), ("B", 5), ("C", 5)])])
    credits = {name: rows.to_pylist() for name, rows in run([table.take(order)], POLICY, RULE_MODELS)}
    assert [row["touchpoint_id"] for row in credits["first_touch"] if row["credit_cents"]] == ["D:1"]
    assert [row["touchpoint_id"] for row in credits["last_touch"] if row["credit_cents"]] == ["D:3"]


def test_a_very_old_touch_with_a_short_half_life_is_no_nan() -> None:
    """Half-life of a day and touches 60 years old: a peer gives NaN; here the newest of them takes it all."""
    rules = with_models(time_decay_half_life={"half_life_days": 1})
    deals = [Deal("D", 100_00, [("A", 22_000), ("B", 21_000)])]
    assert credits_of("time_decay_half_life", deals, rules) == {"D": [0, 100_00]}


def test_ten_million_in_three_parts_gives_nobody_more() -> None:
    """A ledger that rounds percentages first gives one partner 670 too much of 10,000,000."""
    deals = [Deal("D", 10_000_000_00, [("A", 9), ("B", 8), ("C", 7)])]
    assert credits_of("linear", deals) == {"D": [333_333_334, 333_333_333, 333_333_333]}


def test_forty_thousand_ledgers_add_up() -> None:
    """Half of 40,000 generated ledgers of a peer miss the cent; here none does, under any model."""
    deals = [
        Deal(f"D{i:05}", 100_000 + 7_919 * i, [(f"P{i % 5}", 9), (f"P{i % 3}", 8), (f"P{i % 7}", 7)][: 1 + i % 3])
        for i in range(40_000)
    ]
    table = touch_table(deals)
    amounts = {deal.deal_id: deal.amount_cents for deal in deals}
    full = [model for model in enabled_models(POLICY) if model.is_full]
    for _, credits in run([table], POLICY, full):
        sums = credits.group_by("deal_id").aggregate([("credit_cents", "sum")])
        assert dict(zip(sums["deal_id"].to_pylist(), sums["credit_cents_sum"].to_pylist(), strict=True)) == amounts


def test_renaming_a_partner_raises_nobodys_credit() -> None:
    """A peer's Shapley keeps the alphabetically last four partners: renaming one raised its credit by 15.6 %."""
    names = ["A", "B", "C", "D", "E", "F"]
    before = credits_of("equal_split", [Deal("D", 100_00, [(name, 9 - i) for i, name in enumerate(names)])])
    after = credits_of("equal_split", [Deal("D", 100_00, [(f"z{name}", 9 - i) for i, name in enumerate(names)])])
    assert before == after == {"D": [1667, 1667, 1667, 1667, 1666, 1666]}


def test_position_of_two_loses_no_middle() -> None:
    """A peer gives two touches 0.4 and 0.1, and loses the rest of the middle."""
    assert credits_of("position_based", [Deal("D", 100_00, [("A", 9), ("B", 8)])]) == {"D": [50_00, 50_00]}
