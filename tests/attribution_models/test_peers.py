"""The wrong numbers that published peers give (each found by running them), and the right ones here.

Those of learned models are in ``test_peer_learning``. What SQL keeps right is proved elsewhere: see ``ELSEWHERE``.
"""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pyarrow as pa
import pytest

from attribution_models.registry import enabled_models, known_models
from attribution_models.run import run
from tests.attribution_models.journeys import POLICY, RULE_MODELS, Deal, credits_of, touch_table, with_models
from tests.attribution_models.taught import ready_model

ROOT = Path(__file__).parents[2]
FULL = [model.name for model in known_models().values() if model.is_full and not model.is_learned]
ELSEWHERE = {
    "amounts are converted at today's exchange rate": (
        "tests/dbt_project/test_rules_on_deals.py",
        "def test_the_rate_is_that_of_the_close_date(",
    ),
    "conversions without a touchpoint vanish": (
        "tests/marts/test_revenue.py",
        '"total_revenue influenced_revenue direct_revenue"',
    ),
}
"""Faults of peers that no model can have, and where it is proved that we have not."""


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
    full = [ready_model(model.name) for model in enabled_models(POLICY) if model.is_full]
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


@pytest.mark.parametrize("column", ["weight", "amount_cents"])
def test_a_missing_number_is_refused(column: str) -> None:
    """A NaN poisons a peer's channel in silence; here the gap is named before anything is divided."""
    table = touch_table([Deal("D", 100_00, [("A", 9), ("B", 8)])])
    field = table.schema.field(column)
    gap = pa.array([None, 1], field.type)
    with pytest.raises(ValueError, match=f"{column} is missing on 1 eligible"):
        list(run([table.set_column(table.schema.get_field_index(column), field, gap)], POLICY, RULE_MODELS))


def test_a_weight_that_is_no_number_never_becomes_money() -> None:
    """A NaN that is not empty passes as a value; the allocator refuses it by the model's name."""
    with pytest.raises(ValueError, match="model role_based: a score is negative, infinite or not a number"):
        credits_of("role_based", [Deal("D", 100_00, [("A", 9, float("nan")), ("B", 8)])])


def test_nothing_to_divide_stops_nothing() -> None:
    """An empty path crashes a peer's whole process."""
    assert credits_of("linear", []) == {}


def test_the_engine_imports_only_what_it_declares() -> None:
    """A peer can't be imported without a plotting library that it does not name."""
    imported = {name for path in (ROOT / "attribution_models").rglob("*.py") for name in _imports(path)}
    foreign = imported - set(sys.stdlib_module_names) - {"attribution_models"}
    of_package = packages_distributions()
    installed = _declared() | {"pydantic-core"}  # pydantic requires it, and says to take its types from there
    assert "numpy" in foreign
    assert {name for name in foreign if not {_normal(one) for one in of_package[name]} & installed} == set()


def _declared() -> set[str]:
    """The packages that the product installs, without the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {_normal(re.split(r"[^A-Za-z0-9_.-]", line)[0]) for line in project["dependencies"]}


def _normal(package: str) -> str:
    return package.lower().replace("_", "-")


def _imports(path: Path) -> set[str]:
    """The top-level names that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    from_others = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".", 1)[0] for name in plain | from_others}


@pytest.mark.parametrize("fault", ELSEWHERE)
def test_what_is_proved_elsewhere_is_still_proved(fault: str) -> None:
    """The test that ``ELSEWHERE`` names is there: a fault of a peer never loses its test in silence."""
    path, words = ELSEWHERE[fault]
    assert words in (ROOT / path).read_text(encoding="utf-8")
