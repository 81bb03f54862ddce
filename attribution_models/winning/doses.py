"""What a touchpoint is to the model of winning, and how much of it is left when its deal closes: its dose."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from attribution_models.policy import Policy
from attribution_models.types import Floats, Ints, Touches

SOURCE, INTEGRATION = "source", "integration"


class Kind(NamedTuple):
    """What one effect is learned for: ``what`` was done (activity type, source or integration), as which influence."""

    influence_type: str
    what: str

    @property
    def lasts(self) -> bool:
        """The source of a deal and an integration in place are states, not events: the close does not find them faded.

        A source that came after sales is an event like any referral.
        """
        return self.what == INTEGRATION or (self.what == SOURCE and self.influence_type != "referral")


@dataclass(frozen=True, eq=False)
class Kinds:
    """Row i is of the kind ``values[codes[i]]``; a kind may be in ``values`` more than once, or without a row."""

    codes: Ints
    values: tuple[Kind, ...]

    @property
    def lasts(self) -> Floats:
        """Per row, 1 for what lasts, 0 for what fades."""
        flags = np.array([kind.lasts for kind in self.values], dtype=np.float64)
        return flags[self.codes]


def kind_of(origin: str, activity_type: str, influence_type: str) -> Kind:
    """The kind of one touchpoint. Acceleration is co-selling here: only a won deal's touchpoint can be known for it."""
    influence = "co_sell" if influence_type == "accelerated" else influence_type
    what = {"deal_source": SOURCE, "integration": INTEGRATION}.get(origin, activity_type)
    return Kind(influence, what)


def kinds_of(touches: Touches) -> Kinds:
    """The kind of every touchpoint."""
    names = ("origin", "activity_type", "influence_type")
    origin, activity, influence = (touches.categories[name] for name in names)
    values = tuple(kind_of(o, a, i) for o in origin.values for a in activity.values for i in influence.values)
    codes = (origin.codes * len(activity.values) + activity.codes) * len(influence.values) + influence.codes
    return Kinds(codes, values)


def left_at_close(touches: Touches, kinds: Kinds, half_life_days: float) -> Floats:
    """What is left of each touchpoint at the close: 2^(-age / half-life), 1 for what lasts."""
    fades = 1.0 - kinds.lasts
    left: Floats = np.exp2(np.maximum(touches.age_days, 0.0) * fades / -half_life_days)
    return left


def strengths(touches: Touches, kinds: Kinds, policy: Policy) -> Floats:
    """How strong each touchpoint is of its kind: 1, but of an integration its use."""
    is_integration = np.array([kind.what == INTEGRATION for kind in kinds.values], dtype=np.bool_)
    strength = np.ones(touches.rows)
    rows = np.flatnonzero(is_integration[kinds.codes])
    if len(rows):
        strength[rows] = strength_of_use(touches.measures["engagement_depth"][rows], policy)
    return strength


def strength_of_use(use: Floats, policy: Policy) -> Floats:
    """An integration's place in its weight band by its use (rule 11), against the middle of the band.

    ``use`` is 0 to 1, NaN where nothing is known: then the weight that the policy has for that.
    """
    low, high = policy.influence.weight_bands["integration_driven"]
    weight = np.where(np.isnan(use), policy.influence.integration_weight_unknown, low + use * (high - low))
    middle = (low + high) / 2
    return weight / middle if middle > 0 else np.ones(len(use))
