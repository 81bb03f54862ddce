"""The policy: typed, refused when unknown, the same content under the same hash."""

from pathlib import Path

import pytest

from attribution_models.errors import BadInput
from attribution_models.policy import load_policy, parse_policy
from tests.attribution_models.journeys import POLICY

TEXT = (Path(__file__).parents[2] / "config" / "policy.yaml").read_text(encoding="utf-8")


def test_comments_and_layout_do_not_change_the_hash() -> None:
    """The hash names the rules, not the file."""
    assert parse_policy("# another day\n" + TEXT, "test").hash == POLICY.hash


def test_a_changed_number_changes_the_hash() -> None:
    """Credits of another policy can be told apart."""
    assert parse_policy(TEXT.replace("half_life_days: 30", "half_life_days: 31"), "test").hash != POLICY.hash


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("floor_amount:", "flor_amount:", r"unknown key deals.flor_amount \(did you mean floor_amount\?\)"),
        ("primary_model: position_based", "primary_model: linaer", "'linaer' is not among models.enabled"),
        ("time_zone: UTC", "time_zone: Mars/Olympus", "not an IANA time zone"),
        ("lookback_months: 12", "lookback_months: 0", "touchpoints.lookback_months"),
        ("half_life_days: 30", "half_life_days: 0", "half_life_days"),
        ("{first: 0.4, middle: 0.2, last: 0.4}", "{first: 0, middle: 1, last: 0}", "can't both be 0"),
        ("first: 0.3, creation: 0.3, last: 0.3", "first: 0, creation: 1, last: 0", "can't both be 0"),
        ("sourced: [1.00, 1.00]", "sourced: [1.00, 0.50]", "weight_bands.sourced: 1.0 is above 0.5"),
        ("    assisted: [0.10, 0.25]\n", "", "weight_bands lacks assisted"),
        ("reporting_currency: USD", "reporting_currency: dollars", "reporting_currency"),
        ("parent_share: 0.20", "parent_share: 20", r"policy\.yaml: splits\.chains\.parent_share"),
        ("partner_types: [reseller]", "partner_types: [resseller]", r"splits\.chains\.partner_types\.0.*'reseller'"),
        ("years: 3", "years: 0", r"splits\.recurring\.years"),
        ("sourcing: 0.50", "sourcing: 0.60", r"splits\.pools: shares sum to 1\.1, they must sum to 1"),
        ("sourcing: 0.50, influencing", "influencing", "splits.pools: shares lacks sourcing"),
        ("services: delivering", "services: driving", r"splits\.pools\.roles\.services"),
        (", services: delivering}", "}", "splits.pools: roles lacks services"),
        ("sales_first_share: 0.50", "sales_first_share: 50", r"recommendations\.cannibalisation\.sales_first_share"),
        ("fewest_decided_deals: 10", "fewest_decided_deals: 0", r"recommendations\.fewest_decided_deals"),
        ("activation_days: 90", "activation_days: 0", r"programme\.activation_days"),
        ("sourced_share: {must_be: above", "sourced_share: {must_be: over", r"targets\.sourced_share\.must_be"),
        ("  active_partners: {must_be: at_least}\n", "", r"targets\.active_partners"),
    ],
)
def test_a_policy_with_a_mistake_is_refused(before: str, after: str, message: str) -> None:
    """The message names the key, so that RevOps can mend it."""
    assert before in TEXT
    with pytest.raises(BadInput, match=message):
        parse_policy(TEXT.replace(before, after), "policy.yaml")


@pytest.mark.parametrize("text", ["", "- a list", "a: [unclosed"])
def test_what_is_no_policy_is_refused(text: str) -> None:
    """An empty or broken file is told from a policy with a mistake."""
    with pytest.raises(BadInput, match=r"policy\.yaml"):
        parse_policy(text, "policy.yaml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The path that was looked for is in the message."""
    with pytest.raises(BadInput, match=r"absent\.yaml can't be read"):
        load_policy(tmp_path / "absent.yaml")
