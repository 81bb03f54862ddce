"""Who is compared with whom: for each outcome the deals, their odds of being touched, and when an arm is too small.

Two designs. *Whole life* (win rate, deal size): deals touched at any age against deals never touched, weighted by their
odds of having been touched within their own life. *From the start* (cycle): deals touched by their creation against all
others, weighted by the odds of that: when a partner comes later may depend on when the deal will close, and then no
comparison at the same age tells what the partner did to the length.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from attribution_models.incrementality.deals import Covariates, Deals, covariates
from attribution_models.incrementality.effect import Comparison
from attribution_models.incrementality.touching import (
    STRONG,
    WEAK,
    Touching,
    arm_odds,
    chances,
    learn_touching,
    touched_odds,
)
from attribution_models.policy_study import IncrementalityRules
from attribution_models.types import Flags, Floats

OUTCOMES = ("win_rate", "deal_size", "cycle")


@dataclass(frozen=True)
class Arm:
    """A group of touched deals: ``dimension`` all, influence_type, partner_type or channel, and its value."""

    dimension: str
    name: str

    def holds(self, deals: Deals) -> Flags:
        """Which deals' first touch is of the arm."""
        if self.dimension == "all":
            return deals.touched
        return (deals.arms[self.dimension] == self.name).to_numpy()


def arms_of(deals: Deals) -> list[Arm]:
    """All touched deals together, then every value of every dimension, in order of names."""
    named = [Arm(dimension, name) for dimension, names in deals.arms.items() for name in sorted(set(names) - {""})]
    return [Arm("all", "all"), *named]


@dataclass(frozen=True, eq=False)
class Design:
    """One outcome with what was known before: who counts in it, and the odds of being touched."""

    outcome: str
    deals: Deals
    rules: IncrementalityRules
    known: Covariates

    def without(self, group: str) -> "Design":
        """The same, had a group of covariates not been recorded."""
        return Design(self.outcome, self.deals, self.rules, self.known.without(group))

    @cached_property
    def touching(self) -> Touching:
        return learn_touching(self.known, self.deals, self.rules)

    @cached_property
    def counts(self) -> Flags:
        """Deals whose outcome is known: for the size won ones with an amount, for the cycle those old enough."""
        if self.outcome == "deal_size":
            return self.deals.won & np.isfinite(self.deals.amount)
        if self.outcome == "cycle" and len(self.deals.won):
            oldest = np.quantile(self.deals.life_days, self.rules.mature_share)
            return self.deals.observed_days >= oldest
        return np.ones(len(self.deals.won), dtype=np.bool_)

    @cached_property
    def values(self) -> Floats:
        if self.outcome == "win_rate":
            return self.deals.won.astype(np.float64)
        scale = self.deals.amount if self.outcome == "deal_size" else self.deals.life_days
        return np.log(np.where(self.counts, scale, 1.0))

    @cached_property
    def was_touched(self) -> Flags:
        return self.deals.touched_at_start if self.outcome == "cycle" else self.deals.touched

    def sides(self, arm: Arm) -> tuple[Flags, Flags]:
        """The arm's deals, and the untouched ones that they are compared with."""
        return arm.holds(self.deals) & self.was_touched & self.counts, ~self.was_touched & self.counts

    def comparison(self, arm: Arm) -> Comparison:
        in_arm, untouched = self.sides(arm)
        rows = in_arm | untouched
        return Comparison(
            outcome=self.values[rows],
            is_rate=self.outcome == "win_rate",
            touched=in_arm[rows],
            odds=self._odds(arm)[rows],
            cap_share=self.rules.cap_share,
            matrix=self.known.matrix[rows],
            account=self.deals.account[rows],
        )

    def _odds(self, arm: Arm) -> Floats:
        holds = arm.holds(self.deals)
        if self.outcome == "cycle":
            held = WEAK if arm.dimension == "all" else STRONG
            chance = chances(self.known.matrix, holds & self.was_touched, held)
            return chance / np.maximum(1.0 - chances(self.known.matrix, self.was_touched, WEAK), 1e-12)
        if arm.dimension == "all":
            return touched_odds(self.touching)
        return arm_odds(self.touching, self.known, self.deals, holds)

    def too_little(self, arm: Arm) -> str | None:
        """Why the arm can't be compared, in words; None where it can."""
        touched, untouched = self.sides(arm)
        for side, words in ((touched, "touched deals"), (untouched, "deals without a partner to compare with")):
            if side.sum() < self.rules.arm_deals:
                return f"{side.sum():,} {words} are fewer than the {self.rules.arm_deals:,} that the policy asks for"
            rarer = min(self.deals.won[side].sum(), (~self.deals.won[side]).sum())
            if self.outcome == "win_rate" and rarer < self.rules.arm_outcomes:
                return f"{rarer:,} {words} of the rarer outcome are fewer than {self.rules.arm_outcomes:,}"
        return None


def design(outcome: str, deals: Deals, rules: IncrementalityRules) -> Design:
    """The design of one of ``OUTCOMES``. The size of a deal is not among what explains it."""
    return Design(outcome, deals, rules, covariates(deals, rules, with_size=outcome != "deal_size"))
