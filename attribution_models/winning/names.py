"""The words for what the model of winning learned. Explanations find a published number by the same name."""

from attribution_models.winning.design import Pair

HALF_LIFE = "half_life_days"


def effect_name(pair: Pair) -> str:
    """The name of an effect in the published parameters; each pair has its own."""
    return f"effect: {told(pair)}"


def told(pair: Pair) -> str:
    """What a pair is, in words."""
    influence = pair.kind.influence_type or "any influence"
    what = pair.kind.what or "any activity"
    return f"{influence}, {what}, on {pair.channel or 'any other channel'}"


def meaning_of(pair: Pair, deals: int) -> str:
    """What the number stands for, and on how many deals it was seen."""
    lasting = "; it does not fade" if pair.kind.lasts else ""
    seen = f"seen on {deals:,} deals" if deals else "seen on no deal: from its likes and the policy's weight bands"
    return f"added to the logit of winning on the day it happens{lasting}; {seen}"
