"""Teaches learned models from journeys as a run does: collected batch by batch, then fitted."""

from collections.abc import Iterable, Sequence
from functools import cache

import pyarrow as pa

from attribution_models.batches import journeys_batch
from attribution_models.learned import Learned
from attribution_models.policy import Policy
from attribution_models.registry import Model, known_models
from tests.attribution_models.journeys import Journey, journey_table, made_up_journeys, with_models

QUICK = with_models(learned={"bootstrap_samples": 20})
"""The shipped policy with as few resamples as it allows: they only make intervals."""


def teach(name: str, batches: Iterable[Sequence[Journey]], rules: Policy = QUICK) -> Model:
    """The model ``name`` with what the batches of journeys taught it; a rule-based one as it is."""
    model = known_models()[name]
    if model.collect is None or model.fit is None:
        return model
    evidence: list[pa.Table] = [model.collect(journeys_batch(journey_table(batch)), rules) for batch in batches]
    return model.taught(model.fit(evidence, rules))


@cache
def ready_model(name: str) -> Model:
    """The model taught once by ``made_up_journeys``; a rule-based one as it is."""
    return teach(name, [made_up_journeys()])


def learned_by(name: str, journeys: Sequence[Journey], rules: Policy = QUICK) -> Learned:
    """What the model ``name`` learned."""
    learned = teach(name, [journeys], rules).learned
    assert learned is not None and learned.reason is None
    return learned


def column(learned: Learned, name: str) -> dict[str, float]:
    """A column of the published channels, by channel."""
    return {row["channel"]: row[name] for row in learned.tables["channel"].to_pylist()}
