"""What the study publishes: columns, and what each result can't say, in words."""

from collections.abc import Mapping

import pyarrow as pa

NOTES = {
    "win_rate": (
        "It compares deals that were there. A deal that would not exist without its partner counts as if it had come "
        "anyway, so that what partners bring is understated. A reason that nobody recorded and that is stronger than "
        "the interval allows for could change it."
    ),
    "deal_size": (
        "It compares won deals, and partners may win other deals than those won anyway. The interval knows of chance "
        "alone, unless the policy says otherwise."
    ),
    "cycle": (
        "It speaks of partners who were there when the deal began, compared with deals that had none then; of partners "
        "who come later nothing can be said, since when they come depends on when the deal will close. The interval "
        "knows of chance alone, unless the policy says otherwise."
    ),
}
"""By outcome: what the result can't say."""

_KEYS = ("outcome", "dimension", "arm")
_COUNTS = ("touched_deals", "comparison_deals", "decided_deals")
_NUMBERS = (
    "with_partner", "without_partner", "effect", "effect_low", "effect_high", "sampling_low", "sampling_high",
    "confidence", "unseen_strength", "unseen_allowance", "times_to_nothing", "e_value", "e_value_low",
    "effective_comparison_deals", "overlap_share", "imbalance_before", "imbalance_after",
    "lost_deals", "lost_deals_low", "lost_deals_high",
)  # fmt: skip
_MONEY = ("decided_amount_cents", "lost_amount_cents", "lost_amount_low_cents", "lost_amount_high_cents")


def _schema(columns: Mapping[pa.DataType, tuple[str, ...]], order: tuple[str, ...]) -> pa.Schema:
    kinds = {name: kind for kind, names in columns.items() for name in names}
    return pa.schema([pa.field(name, kinds[name]) for name in order])


_WORDS = ("strongest_covariate", "reason", "note")
_COVARIATE, _DIFFERENCES = ("covariate_group", "covariate"), ("difference_before", "difference_after")
SCHEMAS: dict[str, pa.Schema] = {
    "incrementality": _schema(
        {pa.string(): _KEYS + _WORDS, pa.int64(): _COUNTS + _MONEY, pa.float64(): _NUMBERS},
        _KEYS + _COUNTS + _NUMBERS + _MONEY + _WORDS,
    ),
    "incrementality_balance": _schema(
        {pa.string(): _KEYS + _COVARIATE, pa.float64(): _DIFFERENCES}, _KEYS + _COVARIATE + _DIFFERENCES
    ),
}
"""The tables of the study, by name."""
