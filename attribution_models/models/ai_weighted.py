"""What the touchpoint adds to the logit of winning: a model learned from won and lost deals, judged out of time.

On the logit effects add up, so a deal's Shapley values are its touchpoints' own terms: credit is in proportion to them,
and to nothing below zero. The model sees what goes with winning, not why: partners also pick good deals.
"""

from collections.abc import Sequence

import pyarrow as pa

from attribution_models.claims import claims
from attribution_models.learned import Learned, Published, too_little
from attribution_models.policy import Policy
from attribution_models.types import Floats, Journeys, Touches
from attribution_models.winning.evidence import collect_winning, flat_doses, sampled, thinned
from attribution_models.winning.learning import learn
from attribution_models.winning.reasons import reasons
from attribution_models.winning.scoring import Winning, contributions


def formula(policy: Policy) -> str:
    """The rule in one line, for people."""
    return (
        "effect of its kind and channel on the logit of winning, learned from won and lost deals, halved with each "
        "half-life before the close (sources and integrations do not fade), an integration by its use; nothing below "
        "0; a deal without any effect: evenly; association, not cause"
    )


def collect(journeys: Journeys, policy: Policy) -> pa.Table:
    """One row per decided deal: what was known of it, and the doses of its touchpoints. Open deals teach nothing."""
    return collect_winning(journeys, policy)


def thin(evidence: Sequence[pa.Table], policy: Policy) -> list[pa.Table]:
    """The same evidence in a bounded number of rows, from which the same is learned."""
    return thinned(evidence, policy)


def fit(evidence: Sequence[pa.Table], policy: Policy) -> Learned:
    """Effects and half-life, with intervals from resampled groups of deals, judged on the latest deals."""
    deals = sampled(evidence, policy)
    won = int(deals["won"].to_numpy().sum())
    if reason := too_little(won, deals.num_rows - won, policy.models.learned):
        return Learned(None, reason=reason)
    if not len(flat_doses(deals, len(policy.models.ai_weighted.half_life_days))[0]):
        return Learned(None, reason="no decided deal has a touchpoint, so nothing says what one is worth")
    return learn(deals, policy)


def score(touches: Touches, policy: Policy, learned: Winning) -> Floats:
    """What each touchpoint adds to the logit of winning, at least 0."""
    return claims(touches, contributions(touches, policy, learned))


def why(touches: Touches, policy: Policy, published: Published) -> list[str]:
    """The effect, its interval, and how much of it was left at the close."""
    return reasons(touches, policy, published)
