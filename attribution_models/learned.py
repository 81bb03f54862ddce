"""What a learned model learned: parameters for scoring, the same as tables for people, or why it gives no credit.

Learning has two halves. ``collect`` turns one batch of journeys into evidence: a small table, so that batches (and the
partitions of a cluster) are learned from apart and put together. ``fit`` turns the tables of all batches into a
``Learned``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from attribution_models.policy_models import LearnedRules


def _schema(**types: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in types.items()])


SCHEMAS: dict[str, pa.Schema] = {
    # What each channel is worth: a removal effect, a Shapley value or a mean contribution, with its bootstrap interval.
    # ``share``: the channel's part of the sum of effects; ``credit_cents``: the classic total of won revenue (or null).
    "channel": _schema(
        channel=pa.string(),
        effect=pa.float64(),
        effect_low=pa.float64(),
        effect_high=pa.float64(),
        share=pa.float64(),
        credit_cents=pa.int64(),
        deal_count=pa.int64(),
        won_count=pa.int64(),
        touchpoint_count=pa.int64(),
    ),
    # Every number that scoring uses, under a name that a reader understands.
    "parameter": _schema(
        parameter=pa.string(),
        value=pa.float64(),
        value_low=pa.float64(),
        value_high=pa.float64(),
        meaning=pa.string(),
    ),
    # How well it predicts: ``measure`` (auc, log_loss, brier, calibration_slope) on ``sample`` (train, test), beside
    # ``base_value``, the same measure of predicting every deal at the rate of its peers.
    "quality": _schema(
        measure=pa.string(),
        sample=pa.string(),
        value=pa.float64(),
        base_value=pa.float64(),
        deal_count=pa.int64(),
        won_count=pa.int64(),
        closed_from=pa.timestamp("us"),
        closed_until=pa.timestamp("us"),
    ),
    # Deals of the test sample in bins of the predicted win rate.
    "calibration": _schema(
        bin=pa.int32(),
        deal_count=pa.int64(),
        won_count=pa.int64(),
        predicted_rate=pa.float64(),
        observed_rate=pa.float64(),
    ),
    # The game of ``shapley``: what each set of channels was seen to win, and what it is taken to be worth.
    "coalition": _schema(
        coalition=pa.string(),
        channel_count=pa.int32(),
        deal_count=pa.int64(),
        won_count=pa.int64(),
        win_rate=pa.float64(),
        value=pa.float64(),
    ),
}
"""The tables that a learned model may publish, each with the model's name put before it."""


Published = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of each table that one model published, as the marts hold them: what explanations are made from."""


@dataclass(frozen=True, eq=False)
class Learned:
    """``parameters``: what the model's ``score`` needs (picklable); None with a ``reason`` where it gives no credit."""

    parameters: Any
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    reason: str | None = None
    formula: str | None = None


def too_little(won: int, lost: int, rules: LearnedRules) -> str | None:
    """Why so few deals teach nothing, in words; None where they are enough."""
    if won + lost < rules.decided_deals:
        return f"{won + lost:,} decided deals are fewer than the {rules.decided_deals:,} that the policy asks for"
    if won < rules.outcomes:
        return f"{won:,} won deals are fewer than the {rules.outcomes:,} that the policy asks for"
    if lost < rules.outcomes:
        return f"{lost:,} lost deals are fewer than the {rules.outcomes:,} that the policy asks for"
    return None


def published(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """``rows`` as the table ``name`` of ``SCHEMAS``; columns that they lack are null."""
    return pa.Table.from_pylist(rows, schema=SCHEMAS[name])


def with_model(learned: Mapping[str, Learned], name: str) -> pa.Table:
    """The table ``name`` of all models (by name), each row with its model before it."""
    schema = pa.schema([pa.field("model", pa.string()), *SCHEMAS[name]])
    tables = [
        one.tables[name].add_column(
            0, schema.field("model"), pa.array([model] * one.tables[name].num_rows, pa.string())
        )
        for model, one in learned.items()
        if name in one.tables
    ]
    return pa.concat_tables([schema.empty_table(), *tables])
