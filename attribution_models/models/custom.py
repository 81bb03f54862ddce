"""Rules of your own: each touchpoint counts by the conditions of the policy that hold for it.

Weights become whole parts of one unit before they are added, so that claims which add up to the same tie exactly.
"""

import numpy as np

from attribution_models.policy import Policy
from attribution_models.policy_custom import CustomConditions, CustomRules, Days
from attribution_models.shapes import whole_parts
from attribution_models.types import MICROSECONDS_PER_DAY, UNKNOWN_TIME, Category, Flags, Floats, Touches

_COMBINED = {"first_match": "the first rule that holds", "sum": "the sum of all rules that hold"}


def formula(policy: Policy) -> str:
    """The rules in one line, for people."""
    rules = policy.models.custom
    said = [f"{rule.weight:.13g} where {_in_words(rule.when)} ({rule.name})" for rule in rules.rules]
    line = f"{_COMBINED[rules.combine]}: {'; '.join([*said, f'{rules.otherwise:.13g} otherwise'])}"
    return " ".join(f"{line}; equal where every touchpoint of the deal counts 0".split())


def score(touches: Touches, policy: Policy) -> Floats:
    """The weights in whole parts; 1 each on a deal whose weights are all 0, since a full model allocates it whole."""
    rules = policy.models.custom
    scores = np.zeros(touches.rows)
    for part, speaks in zip(_parts(rules), _speaking(touches, rules), strict=True):
        scores[speaks] += part
    is_weighed = np.maximum.reduceat(scores, touches.starts) > 0
    return np.where(touches.spread(is_weighed), scores, 1.0)


def why(touches: Touches, policy: Policy) -> list[str]:
    """For each touchpoint, the rules that spoke for it, by their names in the policy."""
    rules = policy.models.custom
    names = [f"models.custom.rules {rule.name!r} {rule.weight:.13g}" for rule in rules.rules]
    names.append(f"no rule holds: models.custom.otherwise {rules.otherwise:.13g}")
    speaking = np.stack(_speaking(touches, rules))
    return [" + ".join(names[i] for i in np.flatnonzero(row)) for row in speaking.T]


def _parts(rules: CustomRules) -> tuple[int, ...]:
    """The weights of the rules, then that of the rest, as whole numbers."""
    return whole_parts(*(rule.weight for rule in rules.rules), rules.otherwise)


def _speaking(touches: Touches, rules: CustomRules) -> list[Flags]:
    """For each rule, and last for the rest, the touchpoints whose weight it gives."""
    is_spoken_for = np.zeros(touches.rows, dtype=np.bool_)
    speaking = []
    for rule in rules.rules:
        holds = _holds(touches, rule.when)
        speaking.append(holds & ~is_spoken_for if rules.combine == "first_match" else holds)
        is_spoken_for |= holds
    return [*speaking, ~is_spoken_for]


def _holds(touches: Touches, when: CustomConditions) -> Flags:
    """Where every condition that is given holds."""
    holds = np.ones(touches.rows, dtype=np.bool_)
    for column, values in _texts(when).items():
        holds &= _is_one_of(touches.categories[column], values)
    if when.days_before_close:
        holds &= _is_within(touches.age_days, when.days_before_close)
    if when.days_after_creation:
        holds &= _is_within(_days_after_creation(touches), when.days_after_creation)
    return holds


def _texts(when: CustomConditions) -> dict[str, tuple[str, ...]]:
    """The conditions on texts, by the column that they look at."""
    texts: dict[str, tuple[str, ...] | None] = {
        "activity_type": when.activity_type,
        "influence_type": when.influence_type,
        "partner_type": when.partner_type,
        "tier": when.tier,
        "stage_at_touch": when.stage,
    }
    return {column: values for column, values in texts.items() if values}


def _is_one_of(column: Category, values: tuple[str, ...]) -> Flags:
    """An unknown text, which is the empty one, is none of them."""
    wanted: Flags = np.array([value != "" and value in values for value in column.values], dtype=np.bool_)
    return wanted[column.codes]


def _is_within(days: Floats, allowed: Days) -> Flags:
    """An unknown number of days, which is NaN, is in no range."""
    least = -np.inf if allowed.at_least is None else allowed.at_least
    most = np.inf if allowed.at_most is None else allowed.at_most
    within: Flags = (days >= least) & (days <= most)
    return within


def _days_after_creation(touches: Touches) -> Floats:
    """Fractional days from the deal's creation to the touchpoint, negative before it; NaN where it is unknown."""
    created_at = touches.spread(touches.created_at)
    return np.where(created_at == UNKNOWN_TIME, np.nan, (touches.occurred_at - created_at) / MICROSECONDS_PER_DAY)


def _in_words(when: CustomConditions) -> str:
    """The conditions, for people."""
    said = [f"{column.replace('_', ' ')} is {' or '.join(values)}" for column, values in _texts(when).items()]
    for name, days in (("before the close", when.days_before_close), ("after creation", when.days_after_creation)):
        if days:
            said.append(f"{_range(days)} days {name}")
    return " and ".join(said)


def _range(days: Days) -> str:
    if days.at_most is None:
        return f"at least {days.at_least:g}"
    if days.at_least is None:
        return f"at most {days.at_most:g}"
    return f"{days.at_least:g} to {days.at_most:g}"
