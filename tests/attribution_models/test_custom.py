"""The model ``custom``: what each condition means, how rules are combined, and which rules are refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from attribution_models.batches import creditable_batch
from attribution_models.errors import BadInput
from attribution_models.policy import Policy, parse_policy
from attribution_models.policy_custom import ActivityType
from attribution_models.registry import enabled_models, known_models
from extract.contract import TABLES
from tests.attribution_models.journeys import POLICY, Deal, credits_of, touch_table, with_models

TEXT = (Path(__file__).parents[2] / "config" / "policy.yaml").read_text(encoding="utf-8")
CUSTOM = known_models()["custom"]


def policy_of(*rules: tuple[dict[str, Any], float], combine: str = "first_match", otherwise: float = 0) -> Policy:
    """The shipped policy with rules of these conditions and weights."""
    named = [{"name": f"rule {i}", "when": when, "weight": weight} for i, (when, weight) in enumerate(rules)]
    return with_models(custom={"combine": combine, "otherwise": otherwise, "rules": named})


def touched(*columns: dict[str, Any], cents: int = 6_000_00, **facts: Any) -> list[Deal]:
    """One deal with a touchpoint a day for each of ``columns``, the last a day before the close."""
    days = range(len(columns), 0, -1)
    touches = [(f"P{day}", float(day), 0.5, values) for day, values in zip(days, columns, strict=True)]
    return [Deal("D", cents, touches, **facts)]


def test_it_ships_switched_off() -> None:
    """The rules in the shipped policy are an example, and credit nobody until RevOps enables them."""
    assert "custom" not in {model.name for model in enabled_models(POLICY)}


@pytest.mark.parametrize(
    ("when", "column"),
    [
        ({"activity_type": ["joint_call", "intro_made"]}, {"activity_type": "intro_made"}),
        ({"influence_type": ["sourced"]}, {"influence_type": "sourced"}),
        ({"partner_type": ["reseller"]}, {"partner_type": "reseller"}),
        ({"tier": ["gold", "titanium"]}, {"tier": "titanium"}),
        ({"stage": ["Legal Review"]}, {"stage_at_touch": "Legal Review"}),
        (
            {"tier": ["gold"], "activity_type": ["joint_call"]},
            {"tier": "gold", "activity_type": "joint_call"},
        ),
    ],
)
def test_a_condition_holds_where_its_column_has_one_of_the_values(when: dict, column: dict[str, str]) -> None:
    """The touchpoint that has the values earns all; others, and those of which they are unknown, earn nothing."""
    other = dict.fromkeys(column, "other")
    unknown = dict.fromkeys(column)
    only_one = {"tier": "gold", "activity_type": "other"} if len(column) > 1 else other
    assert credits_of(CUSTOM, touched(other, column, unknown, only_one), policy_of((when, 3))) == {
        "D": [0, 6_000_00, 0, 0]
    }


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"days_before_close": {"at_least": 2, "at_most": 3}}, [0, 3, 3, 0]),
        ({"days_before_close": {"at_most": 1}}, [0, 0, 0, 6]),
        ({"days_before_close": {"at_least": 2}}, [2, 2, 2, 0]),
        ({"days_after_creation": {"at_least": 0}}, [0, 0, 3, 3]),
        ({"days_after_creation": {"at_most": 0}}, [2, 2, 2, 0]),
        ({"days_after_creation": {"at_least": -2, "at_most": -1}}, [3, 3, 0, 0]),
        ({"days_after_creation": {"at_least": -1}, "days_before_close": {"at_least": 3}}, [0, 6, 0, 0]),
        ({"days_before_close": {"at_least": 1.000001, "at_most": 2}}, [0, 0, 6, 0]),
    ],
)
def test_ranges_of_days_hold_both_their_ends(when: dict, expected: list[int]) -> None:
    """Touchpoints 4, 3, 2 and 1 days before the close of a deal that was created 2 days before it."""
    cents = [part * 1_000_00 for part in expected]
    assert credits_of(CUSTOM, touched({}, {}, {}, {}, created_days=2), policy_of((when, 1))) == {"D": cents}


def test_a_deal_of_unknown_creation_meets_no_condition_on_it() -> None:
    """What is not known is neither before nor after: the rest's weight counts."""
    rules = policy_of(({"days_after_creation": {"at_least": -10_000}, "tier": ["gold"]}, 5), otherwise=1)
    assert credits_of(CUSTOM, touched({"tier": "gold"}, {}, created_days=None), rules) == {"D": [3_000_00, 3_000_00]}


GOLD, CALL = ({"tier": ["gold"]}, 3), ({"activity_type": ["joint_call"]}, 1)
BOTH = {"tier": "gold", "activity_type": "joint_call"}


@pytest.mark.parametrize(
    ("combine", "rules", "expected"),
    [
        ("first_match", (GOLD, CALL), [3, 1, 2]),
        ("first_match", (CALL, GOLD), [1, 1, 2]),
        ("sum", (GOLD, CALL), [4, 1, 2]),
        ("sum", (CALL, GOLD), [4, 1, 2]),
    ],
)
def test_the_first_rule_or_the_sum_of_all(combine: str, rules: tuple, expected: list[int]) -> None:
    """A gold partner's call, another's call, and what no rule speaks of."""
    deals = touched(BOTH, {"activity_type": "joint_call"}, {}, cents=sum(expected) * 1_000_00)
    given = credits_of(CUSTOM, deals, policy_of(*rules, combine=combine, otherwise=2))
    assert given == {"D": [part * 1_000_00 for part in expected]}


def test_where_everything_counts_nothing_touchpoints_count_alike() -> None:
    """A full model gives out the whole amount, and a deal beside it is divided by its own rules."""
    beside = Deal("E", 6_000_00, [("A", 2, 0.5, {"tier": "gold"}), ("B", 1)])
    given = credits_of(CUSTOM, [*touched({}, {}, {}), beside], policy_of(({"tier": ["gold"]}, 1)))
    assert given == {"D": [2_000_00, 2_000_00, 2_000_00], "E": [6_000_00, 0]}


def test_weights_that_add_up_to_the_same_are_the_same_claim() -> None:
    """0.1 + 0.2 is more than 0.3 in floats, and would take the odd cent from the earlier touchpoint."""
    rules = policy_of(({"tier": ["gold"]}, 0.1), ({"tier": ["gold"]}, 0.2), ({"tier": ["silver"]}, 0.3), combine="sum")
    deals = touched({"tier": "silver"}, {"tier": "gold"}, cents=10**15 + 1)
    assert credits_of(CUSTOM, deals, rules) == {"D": [5 * 10**14 + 1, 5 * 10**14]}


def test_without_rules_it_is_linear() -> None:
    """An empty list of rules leaves the rest's weight for all."""
    assert credits_of(CUSTOM, touched({}, {}), policy_of(otherwise=7)) == {"D": [3_000_00, 3_000_00]}


def test_its_formula_reads_as_the_rules() -> None:
    """One line that says which weight is given where, in the order in which rules are tried."""
    when = {"partner_type": ["reseller", "agency"], "days_after_creation": {"at_least": -5, "at_most": 0.5}}
    rules = policy_of((when, 2.25), ({"days_before_close": {"at_least": 7}}, 0), otherwise=1)
    assert CUSTOM.formula(rules) == (
        "the first rule that holds: 2.25 where partner type is reseller or agency and -5 to 0.5 days after creation "
        "(rule 0); 0 where at least 7 days before the close (rule 1); 1 otherwise; "
        "equal where every touchpoint of the deal counts 0"
    )
    assert CUSTOM.formula(policy_of(combine="sum", otherwise=1)).startswith("the sum of all rules that hold: 1 other")


def test_it_says_which_rules_spoke_for_a_touchpoint() -> None:
    """A reader finds the line of the policy that made a score."""
    batch = creditable_batch(touch_table(touched(BOTH, {"activity_type": "joint_call"}, {})))
    assert CUSTOM.why(batch.touches, policy_of(GOLD, CALL, combine="sum", otherwise=2)) == [
        "models.custom.rules 'rule 0' 3 + models.custom.rules 'rule 1' 1",
        "models.custom.rules 'rule 1' 1",
        "no rule holds: models.custom.otherwise 2",
    ]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            {"when": {"influence_type": ["sorced"]}},
            r"unknown influence type 'sorced' \(did you mean sourced\? known: so",
        ),
        ({"when": {"activity_type": ["joint_cal"]}}, r"0.when.activity_type.0: unknown .*did you mean joint_call\?"),
        ({"when": {"activity_type": ["webinar"]}}, r"unknown activity type 'webinar' \(known: referral_submitted"),
        ({"when": {"teir": ["gold"]}}, "unknown key models.custom.rules.0.when.teir"),
        ({"when": {}}, "needs at least one condition"),
        ({"when": {"tier": []}}, "at least 1 item"),
        ({"when": {"days_before_close": {}}}, "give at_least, at_most or both"),
        ({"when": {"days_before_close": {"at_least": 9, "at_most": 8}}}, "at_least 9 is above at_most 8"),
        ({"when": {"days_before_close": {"at_most": -1}}}, "no touchpoint lies after the close"),
        ({"when": {"days_after_creation": {"at_most": float("nan")}}}, "finite number"),
        ({"weight": -1}, "greater than or equal to 0"),
        ({"weight": float("inf")}, "finite number"),
        ({"weight": 0.1234567}, "more than six decimals"),
        ({"name": "late content counts half"}, "two rules have the name 'late content counts half'"),
    ],
)
def test_a_rule_that_can_not_be_meant_is_refused(rule: dict[str, Any], message: str) -> None:
    """A misspelt type would never hold and a wrong range would hold nowhere: the message names rule and key."""
    content = yaml.safe_load(TEXT)
    content["models"]["custom"]["rules"][0] |= rule
    with pytest.raises(BadInput, match=message):
        parse_policy(yaml.safe_dump(content), "policy.yaml")


def test_its_activity_types_are_those_of_the_source_tables() -> None:
    """What the connectors accept as an activity type is what a rule may name."""
    columns = {column.name: column for column in TABLES["partner_activities"].columns}
    assert columns["activity_type"].values == ActivityType.__args__
