"""Every code that SQL can give has plain words, and words that rest on a number take it from the policy."""

import json
import re
from pathlib import Path

import pytest

from attribution_models.policy import load_policy
from reports import words
from reports.sections.restatement import CAUSES

ROOT = Path(__file__).parents[2]
POLICY = load_policy(ROOT / "config" / "policy.yaml").model_dump(mode="json")


def codes_of(*patterns: str) -> set[str]:
    """The names that the models matching ``patterns`` may put into reasons and flags."""
    found: set[str] = set()
    for pattern in patterns:
        for path in (ROOT / "dbt_project" / "models").rglob(pattern):
            for block in re.findall(r"names_that_hold\(\[(.*?)\]\)", path.read_text(), re.DOTALL):
                found |= set(re.findall(r"(?<!source)\(\s*'([a-z_]+)'\s*,", block))
    return found


def test_every_reason_and_flag_of_the_rules_has_words() -> None:
    """No reason or flag that the SQL can give reaches a reader as a bare code."""
    known = {*words.DEAL_REASONS, *words.TOUCHPOINT_REASONS, *words.ROW_REASONS, *words.OVERRIDE_REFUSALS, *words.FLAGS}
    known |= set(CAUSES)
    given = codes_of("int_*.sql", "audit_*.sql", "fct_*.sql")
    assert len(given) > 25
    assert given <= known


def test_refusals_of_overrides_have_their_own_words() -> None:
    """Each reason for refusing an override is told as such."""
    assert codes_of("int_override_judged.sql") <= set(words.OVERRIDE_REFUSALS)


def test_reasons_follow_the_policy() -> None:
    """A reason that rests on a number says the policy's number, not the shipped one."""
    changed = json.loads(json.dumps(POLICY))
    changed["touchpoints"]["lookback_months"] = 18
    changed["deals"]["floor_amount"] = "2500.00"
    changed["reporting_currency"] = "EUR"
    assert "18 calendar months" in words.touchpoint_reason("outside_lookback", changed)
    assert "EUR 2,500.00" in words.deal_reason("below_floor", changed)
    assert "12 calendar months" in words.touchpoint_reason("outside_lookback", POLICY)


@pytest.mark.parametrize("code", [*words.DEAL_REASONS])
def test_deal_reasons_name_their_rule(code: str) -> None:
    """Each reason for excluding a deal ends with the number of a rule of the contract."""
    assert re.search(r" \(rule [1-4]\)$", words.deal_reason(code, POLICY))


@pytest.mark.parametrize("code", [*words.TOUCHPOINT_REASONS])
def test_touchpoint_reasons_name_their_rule(code: str) -> None:
    """Each reason for excluding a touchpoint ends with the number of a rule of the contract."""
    assert re.search(r" \(rule [5-8]\)$", words.touchpoint_reason(code, POLICY))


def test_an_unknown_code_is_readable() -> None:
    """A code that is not in the dictionary is shown as words, never dropped."""
    assert words.touchpoint_reason("brand_new_reason", POLICY) == "brand new reason"
    assert words.name_of("brand_new_type") == "Brand new type"
    assert words.name_of(None) == "not known"


def test_an_accepted_override_does_not_claim_more_than_it_did() -> None:
    """Only an override whose amounts are in the marts is said to have moved credit."""
    from types import SimpleNamespace

    from reports.overrides import override_effect

    context = SimpleNamespace(currency="USD", policy=POLICY)
    accepted = {"is_accepted": True, "refusal_reason": None, "amount_before": None, "amount_after": None}
    assert override_effect(accepted, context) == "accepted, but it has changed no credit in this run"  # type: ignore[arg-type]
    moved = accepted | {"amount_before": 10, "amount_after": 25.5}
    assert override_effect(moved, context) == "credit from USD\u00a010.00 to USD\u00a025.50"  # type: ignore[arg-type]


def test_a_duplicate_means_what_its_table_means() -> None:
    """A duplicate deal repeats an id; a duplicate activity is the same touchpoint as one that is counted."""
    assert words.row_reason("duplicate", "deals", POLICY).endswith("(rule 4)")
    assert words.row_reason("duplicate", "partners", POLICY).endswith("(rule 4)")
    assert words.row_reason("duplicate", "partner_activities", POLICY).endswith("(rule 8)")
