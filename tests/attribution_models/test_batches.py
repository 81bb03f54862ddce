"""Deals stay whole and sorted on their way to the models, and broken promises are refused."""

import pyarrow as pa
import pytest

from attribution_models.batches import creditable_batch, whole_deals
from attribution_models.run import run
from attribution_models.types import UNKNOWN_TIME
from tests.attribution_models.journeys import POLICY, RULE_MODELS, Deal, touch_table


def many() -> pa.Table:
    """Nine deals of one to nine touchpoints."""
    return touch_table([Deal(f"D{n}", 1_000_00, [("A", float(day)) for day in range(n)]) for n in range(1, 10)])


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_no_deal_is_split(size: int) -> None:
    """However small the pieces that arrive, each deal leaves in one table, and no row is lost."""
    table = many()
    out = list(whole_deals(table.to_batches(max_chunksize=size), rows=5))
    assert len(out) > 1
    assert pa.concat_tables(out).equals(table)
    heads = [set(part["deal_id"].to_pylist()) for part in out]
    assert sum(len(ids) for ids in heads) == 9


def test_nothing_in_nothing_out() -> None:
    """No rows, no batch, no credits, no error."""
    empty = touch_table([])
    assert list(whole_deals([empty])) == []
    assert list(run([empty], POLICY, RULE_MODELS)) == []


def test_only_creditable_touchpoints_go_on() -> None:
    """Lost and open deals feed learned models, never the allocator."""
    deals = [Deal("A", 5, [("P", 1)], is_creditable=False), Deal("B", 7, [("P", 1)])]
    batch = creditable_batch(touch_table(deals))
    assert (batch.rows["deal_id"].to_pylist(), batch.amount_cents.tolist()) == (["B"], [7])


def test_an_unknown_time_is_before_every_other() -> None:
    """A deal without a known creation or stage change keeps that fact as a number models can compare."""
    batch = creditable_batch(touch_table([Deal("A", 5, [("P", 1)], None)]))
    assert batch.touches.created_at.tolist() == batch.touches.last_stage_change_at.tolist() == [UNKNOWN_TIME]


def test_a_missing_text_is_the_empty_text() -> None:
    """A null tier is a value of its own, and never stops a model."""
    tier = creditable_batch(touch_table([Deal("A", 5, [("P", 1), ("Q", 2)])])).touches.categories["tier"]
    assert (tier.values, tier.codes.tolist()) == (("",), [0, 0])


def test_two_amounts_for_one_deal_are_refused() -> None:
    """A deal's amount is one number; which of two would be credited is nobody's guess."""
    table = touch_table([Deal("A", 5, [("P", 1), ("Q", 2)])])
    broken = table.set_column(table.schema.get_field_index("amount_cents"), "amount_cents", pa.array([5, 6]))
    with pytest.raises(ValueError, match="amount_cents differs"):
        creditable_batch(broken)


@pytest.mark.parametrize("column", ["occurred_at", "weight", "amount_cents", "closed_at", "position"])
def test_a_gap_in_what_every_touchpoint_has_is_refused(column: str) -> None:
    """An eligible touchpoint without a time or weight would be scored by accident."""
    table = touch_table([Deal("A", 5, [("P", 1)])])
    index = table.schema.get_field_index(column)
    broken = table.set_column(index, column, pa.nulls(1, table.schema.field(column).type))
    with pytest.raises(ValueError, match=f"{column} is missing on 1 eligible"):
        creditable_batch(broken)


def test_a_lost_touchpoint_is_refused() -> None:
    """Positions with a gap mean that a row went missing on the way."""
    table = touch_table([Deal("A", 5, [("P", 3), ("P", 2), ("P", 1)])])
    with pytest.raises(ValueError, match="positions 1 to n"):
        creditable_batch(table.take([0, 2]))


@pytest.mark.parametrize("positions", [[0, 1, 2], [2, 3, 4], [1, 2, 2], [1, 3, 4], [1, 2, 1]])
def test_positions_other_than_one_to_n_are_refused(positions: list[int]) -> None:
    """Whatever is wrong with the positions of a deal, also with its first, no model reads it."""
    table = touch_table([Deal("A", 5, [("P", 3), ("Q", 2), ("R", 1)])])
    index = table.schema.get_field_index("position")
    broken = table.set_column(index, "position", pa.array(positions, table.schema.field(index).type))
    with pytest.raises(ValueError, match="positions 1 to n"):
        creditable_batch(broken)


def test_a_deal_that_comes_back_is_refused() -> None:
    """The same deal in two batches would be paid twice."""
    first = touch_table([Deal("A", 5, [("P", 3)]), Deal("B", 5, [("P", 3)])])
    again = touch_table([Deal("A", 5, [("P", 3)])])
    with pytest.raises(ValueError, match="deal A comes after B"):
        list(run([first, again], POLICY, RULE_MODELS, batch_rows=1))
