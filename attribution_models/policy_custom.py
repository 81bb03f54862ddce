"""The section of the policy that holds the rules of the model ``custom``.

Activity and influence types are closed lists (SPEC 3 and rule 11), so a rule that names another is refused. Partner
types, tiers and stages are what the CRM says they are: a rule may name any.
"""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from attribution_models.policy_rules import InfluenceType, Section

ActivityType = Literal[
    "referral_submitted",
    "co_sell_initiated",
    "intro_made",
    "joint_call",
    "content_shared",
    "integration_enabled",
    "marketplace_lead",
    "services_delivered",
]


def _one_of(kind: str, names: Sequence[str]) -> Callable[[object], object]:
    """Refuses what is not among ``names``, and says which of them was probably meant."""

    def check(value: object) -> object:
        if value in names:
            return value
        close = get_close_matches(str(value), names, n=1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise ValueError(f"unknown {kind} {value!r} ({meant}known: {', '.join(names)})")

    return check


def _with_six_decimals(weight: float) -> float:
    """Weights are added as whole millionths, so that equal claims are equal to the last cent."""
    if 1_000_000 % Fraction(str(weight)).denominator:
        raise ValueError(f"{weight!r} has more than six decimals")
    return weight


KnownActivityType = Annotated[
    ActivityType,
    BeforeValidator(_one_of("activity type", ActivityType.__args__)),
]
KnownInfluenceType = Annotated[
    InfluenceType,
    BeforeValidator(_one_of("influence type", InfluenceType.__args__)),
]
Weight = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False), AfterValidator(_with_six_decimals)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Days(Section):
    """A range of days, both ends included; an end that is left out is open."""

    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> "Days":
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least {self.at_least:g} is above at_most {self.at_most:g}")
        return self


class CustomConditions(Section):
    """What a touchpoint must be for a rule to speak; each condition that is given must hold.

    ``stage`` is the deal's stage at the touchpoint; ``days_after_creation`` counts from the deal's creation and is
    negative before it. What is unknown of a touchpoint meets no condition.
    """

    activity_type: Annotated[tuple[KnownActivityType, ...], Field(min_length=1)] | None = None
    influence_type: Annotated[tuple[KnownInfluenceType, ...], Field(min_length=1)] | None = None
    partner_type: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    tier: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    stage: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    days_before_close: Days | None = None
    days_after_creation: Days | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "CustomConditions":
        if not any(value is not None for value in self.__dict__.values()):
            raise ValueError("a rule needs at least one condition; use otherwise for the rest")
        if self.days_before_close and (self.days_before_close.at_most or 0) < 0:
            raise ValueError("no touchpoint lies after the close, so days_before_close can't be at_most below 0")
        return self


class CustomRule(Section):
    name: Annotated[str, Field(min_length=1)]
    when: CustomConditions
    weight: Weight


class CustomRules(Section):
    """The model ``custom``: weights by rules. ``combine``: the first rule that holds, or the sum of all that hold."""

    combine: Literal["first_match", "sum"]
    otherwise: Weight
    rules: tuple[CustomRule, ...]

    @model_validator(mode="after")
    def _names_tell_rules_apart(self) -> "CustomRules":
        names = [rule.name for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rules have the name {twice[0]!r}")
        return self
