"""A model is one file: found by its name, described from the policy, refused by name when it does not exist."""

from pathlib import Path

import pytest

import attribution_models.models
from attribution_models.errors import BadInput
from attribution_models.registry import enabled_models, known_models
from attribution_models.run import model_runs
from tests.attribution_models.journeys import POLICY, RULE_MODELS, with_models


def test_every_file_is_a_model_and_every_model_a_file() -> None:
    """Nothing else has to be touched to add a model."""
    files = {path.stem for path in Path(attribution_models.models.__path__[0]).glob("*.py")} - {"__init__"}
    assert set(known_models()) == files


def test_the_shipped_policy_enables_every_rule_based_model() -> None:
    """What SPEC 5 defines by rule runs unless someone switches it off; custom waits for somebody's own rules."""
    rules = {model.name for model in known_models().values() if not model.is_learned}
    assert {model.name for model in RULE_MODELS} == rules - {"custom"}


def test_models_run_in_the_policys_order() -> None:
    """Reports list models as RevOps lists them, numbered from 1."""
    rules = with_models(enabled=["w_shaped", "position_based"])
    runs = model_runs(enabled_models(rules), rules)
    assert [(run.model, run.sort_order) for run in runs] == [("w_shaped", 1), ("position_based", 2)]


def test_which_models_are_full_and_additive() -> None:
    """Of the rule-based models all but two divide the whole amount, and all but participation may be summed."""
    runs = model_runs(RULE_MODELS, POLICY)
    assert [run.model for run in runs if not run.is_full] == ["influence_weighted", "participation"]
    assert [run.model for run in runs if not run.is_additive] == ["participation"]
    assert all(run.gave_credit and not run.is_learned and run.reason is None for run in runs)


def test_formulas_carry_the_policys_numbers() -> None:
    """The methodology that people read is generated from the policy, never typed beside it."""
    changed = with_models(position_based={"first": 0.5, "middle": 0.1})
    assert "0.5 first, 0.4 last, 0.1 over the middle" in known_models()["position_based"].formula(changed)
    assert "/ 30)" in known_models()["time_decay_half_life"].formula(POLICY)


@pytest.mark.parametrize("name", sorted(known_models()))
def test_a_model_says_what_it_is(name: str) -> None:
    """Each has a one-line formula and a summary for people."""
    model = known_models()[name]
    assert model.summary and "\n" not in model.formula(POLICY)


def test_an_unknown_model_is_refused_by_name() -> None:
    """The message names what was meant and what there is."""
    with pytest.raises(
        BadInput, match=r"'linaer', which does not exist.\n.*Did you mean linear\?.*Known models: .*w_shaped"
    ):
        enabled_models(with_models(enabled=["position_based", "linaer"]))


def test_a_model_named_twice_is_refused() -> None:
    """Its credits would be counted twice."""
    with pytest.raises(BadInput, match="'linear' twice"):
        enabled_models(with_models(enabled=["position_based", "linear", "linear"]))


def test_a_primary_model_whose_credits_do_not_add_up_is_refused() -> None:
    """Participation credits a deal once for each partner: no headline may be made of it."""
    rules = POLICY.model_copy(update={"primary_model": "participation"})
    with pytest.raises(BadInput, match=r"credits a deal more than once[^\n]*\n.*Choose an additive model"):
        enabled_models(rules)
